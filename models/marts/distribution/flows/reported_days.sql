with

dates as (

    select * from {{ ref('dim_dates') }}

),

net_flows as (

    select * from {{ ref('net_flows_daily') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

started as (

    select min(flow_date) as first_flow_date
    from net_flows

),

reported as (

    select
        dates.date_day,
        dates.fiscal_quarter_start_date,
        dates.fiscal_year_start_date
    from dates
    cross join started
    cross join as_of
    where
        dates.date_day >= {{ month_start('started.first_flow_date') }}
        and dates.date_day <= as_of.as_of_date

)

select * from reported
