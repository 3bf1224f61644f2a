{%- set window_months = whole_number_setting('activity_window_months', least=1) -%}

with

flows as (

    select * from {{ ref('int_flows_attributed') }}

),

days as (

    select * from {{ ref('int_days_spined') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

first_months as (

    select {{ month_start('min(trade_date)') }} as first_month
    from flows

),

windowed as (

    select
        days.date_day as month_start_date,
        cast(
            days.date_day - interval '{{ window_months - 1 }} months' as date
        ) as window_start_date,
        {{ add_days(next_month_start('days.date_day'), -1) }} as month_end_date,
        {{ next_month_start('days.date_day') }}
        > {{ add_days('as_of.as_of_date', 1) }} as is_partial
    from days
    inner join as_of
        on days.date_day <= as_of.as_of_date
    inner join first_months
        on days.date_day >= first_months.first_month
    where days.date_day = {{ month_start('days.date_day') }}

)

select * from windowed
