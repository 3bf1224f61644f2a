{{ config(
    materialized='incremental_by_change',
    meta={'changes_with': 'fact_revenue'},
) }}

with

revenue as (

    select * from {{ ref('fact_revenue') }}
    where {{ is_changed('fact_revenue') }}

),

summed as (

    select
        revenue_month,
        wholesaler_key,
        firm_key,
        product_key,
        cast(
            sum(
                case
                    when entry_type in ('estimate', 'restatement') then revenue_amount
                end
            ) as numeric(18, 2)
        ) as estimate_amount,
        cast(sum(gross_revenue_amount) as numeric(18, 2)) as gross_revenue_amount,
        cast(sum(waiver_amount) as numeric(18, 2)) as waiver_amount,
        cast(
            sum(case when entry_type = 'actual' then revenue_amount end)
            as numeric(18, 2)
        ) as actual_amount,
        cast(
            sum(case when entry_type in ('actual', 'reversal') then revenue_amount end)
            as numeric(18, 2)
        ) as true_up_amount,
        cast(sum(revenue_amount) as numeric(18, 2)) as reported_amount,
        cast(
            sum(case when is_estimate then revenue_amount end) as numeric(18, 2)
        ) as reported_estimate_amount,
        cast(sum(aum_days) as numeric(28, 6)) as aum_days
    from revenue
    group by
        revenue_month,
        wholesaler_key,
        firm_key,
        product_key

),

shared as (

    select
        *,
        {{ ratio(
            'reported_amount', 'sum(reported_amount) over (partition by revenue_month)'
        ) }} as revenue_share_rate
    from summed

)

select * from shared
