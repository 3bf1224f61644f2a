-- Per account, product and month either all actual rows or the one estimate is
-- reported, and the metric marts show the same reported total as the fact.
with

revenue as (

    select * from {{ ref('fact_revenue') }}

),

contribution as (

    select * from {{ ref('revenue_contribution') }}

),

fee_rates as (

    select * from {{ ref('effective_fee_rates') }}

),

efficiency as (

    select * from {{ ref('wholesaler_efficiency') }}

),

mixed as (

    select
        account_key,
        product_key,
        revenue_month
    from revenue
    where is_reported
    group by account_key, product_key, revenue_month
    having
        count(distinct is_estimate) > 1
        and account_key <> {{ unassigned_key() }}
        and product_key <> {{ unassigned_key() }}

),

reported as (

    select coalesce(sum(revenue_amount), 0) as reported_amount
    from revenue
    where is_reported

),

totals as (

    select
        'revenue_contribution' as relation,
        coalesce(sum(reported_amount), 0) as reported_amount
    from contribution

    union all

    select
        'effective_fee_rates' as relation,
        coalesce(sum(reported_amount), 0) as reported_amount
    from fee_rates

    union all

    select
        'wholesaler_efficiency' as relation,
        coalesce(sum(revenue_amount), 0) as reported_amount
    from efficiency

)

select
    totals.relation as finding,
    totals.reported_amount - reported.reported_amount as figure
from totals
cross join reported
where totals.reported_amount <> reported.reported_amount

union all

select
    'account, product and month with estimate and actual reported' as finding,
    count(*) as figure
from mixed
having count(*) > 0
