-- Reported revenue in the metric marts is the plain sum of the fact.
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

restatements as (

    select * from {{ ref('revenue_restatements') }}

),

reported as (

    select coalesce(sum(revenue_amount), 0) as reported_amount
    from revenue

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
        'revenue_restatements' as relation,
        coalesce(sum(revenue_amount), 0) as reported_amount
    from restatements

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
