with

revenue as (

    select * from {{ ref('fact_revenue') }}

),

summed as (

    select
        revenue_month,
        wholesaler_key,
        firm_key,
        product_key,
        cast(
            sum(case when is_estimate then revenue_amount end) as numeric(18, 2)
        ) as estimate_amount,
        cast(
            sum(case when not is_estimate then revenue_amount end) as numeric(18, 2)
        ) as actual_amount,
        cast(
            sum(case when is_reported then revenue_amount end) as numeric(18, 2)
        ) as reported_amount,
        cast(
            sum(case when is_reported and is_estimate then revenue_amount end)
            as numeric(18, 2)
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
