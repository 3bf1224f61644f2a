-- Days of a month are counted up to the as-of date.
{{ config(
    materialized='incremental_by_change',
    meta={
        'changes_with': 'fact_revenue',
        'matures_on': next_month_start('revenue_month'),
    },
) }}

with

revenue as (

    select * from {{ ref('fact_revenue') }}
    where
        {{ is_changed('fact_revenue') }}
        or {{ is_maturing(next_month_start('revenue_month')) }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

summed as (

    select
        revenue_month,
        product_key,
        wholesaler_key,
        sum(
            case when entry_type in ('estimate', 'restatement') then revenue_amount end
        ) as estimate_amount,
        sum(gross_revenue_amount) as gross_revenue_amount,
        sum(waiver_amount) as waiver_amount,
        sum(revenue_amount) as reported_amount,
        sum(accrued_amount) as accrued_amount,
        sum(aum_days) as aum_days
    from revenue
    group by
        revenue_month,
        product_key,
        wholesaler_key

),

dated as (

    select
        summed.*,
        {{ days_between(
            'summed.revenue_month',
            'least('
            ~ add_days('as_of.as_of_date', 1)
            ~ ', '
            ~ next_month_start('summed.revenue_month')
            ~ ')'
        ) }} as calendar_days
    from summed
    cross join as_of

),

rated as (

    select
        revenue_month,
        product_key,
        wholesaler_key,
        calendar_days,
        cast(estimate_amount as numeric(18, 2)) as estimate_amount,
        cast(gross_revenue_amount as numeric(18, 2)) as gross_revenue_amount,
        cast(waiver_amount as numeric(18, 2)) as waiver_amount,
        cast(reported_amount as numeric(18, 2)) as reported_amount,
        cast(aum_days as numeric(28, 6)) as aum_days,
        {{ ratio('aum_days', 'calendar_days', scale=2, input_scale=6) }}
            as average_daily_aum_amount,
        {{ day_count_basis('revenue_month') }} as day_count_basis,
        {{ ratio('estimate_amount', 'gross_revenue_amount') }} as fee_capture_rate,
        {{ ratio(
            'gross_revenue_amount * ' ~ day_count_basis('revenue_month') ~ ' * 10000',
            'aum_days',
            scale=4,
            input_scale=6
        ) }} as gross_fee_rate_bps,
        {{ ratio(
            'accrued_amount * ' ~ day_count_basis('revenue_month') ~ ' * 10000',
            'aum_days',
            scale=4,
            input_scale=10
        ) }} as accrued_fee_rate_bps,
        {{ ratio(
            'reported_amount * ' ~ day_count_basis('revenue_month') ~ ' * 10000',
            'aum_days',
            scale=4,
            input_scale=6
        ) }} as effective_fee_rate_bps
    from dated

)

select * from rated
