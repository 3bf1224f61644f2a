with

revenue as (

    select * from {{ ref('int_revenue_booked') }}

),

accounts as (

    select * from {{ ref('stg_distribution__accounts') }}

),

coverage as (

    select * from {{ ref('int_advisors_covered') }}

),

attributed as (

    select
        revenue.*,
        accounts.advisor_id,
        coverage.firm_id,
        coverage.territory_id,
        coverage.wholesaler_id
    from revenue
    left join accounts
        on revenue.account_id = accounts.account_id
    left join coverage
        on
            accounts.advisor_id = coverage.advisor_id
            and revenue.period_end_date >= coverage.valid_from
            and revenue.period_end_date < coverage.valid_to

)

select * from attributed
