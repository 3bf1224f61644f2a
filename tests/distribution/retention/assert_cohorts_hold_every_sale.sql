-- At every age and by every method the cohorts hold all sales up to the as-of date:
-- gross sales net of corrections, summed from flows and not from lots.
with

cohorts as (

    select * from {{ ref('retention_cohorts') }}

),

flows as (

    select * from {{ ref('int_flows_attributed') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

sales as (

    select
        flows.original_flow_id,
        flows.account_id,
        flows.product_id,
        sum(flows.gross_sales_amount) as gross_sales_amount
    from flows
    cross join as_of
    where flows.trade_date <= as_of.as_of_date
    group by flows.original_flow_id, flows.account_id, flows.product_id

),

sold as (

    select coalesce(sum(gross_sales_amount), 0) as gross_sales_amount
    from sales
    where gross_sales_amount > 0

),

summed as (

    select
        age_days,
        relief_method,
        sum(original_amount) as original_amount
    from cohorts
    group by age_days, relief_method

)

select
    summed.age_days,
    summed.relief_method,
    summed.original_amount,
    sold.gross_sales_amount
from summed
cross join sold
where summed.original_amount <> sold.gross_sales_amount
