-- At every age and by every method the cohorts hold all sales up to the as-of date that
-- brought something in: gross sales net of corrections, summed from flows and not from
-- lots. `assert_money_comes_with_units` warns of the others.
with

cohorts as (

    select * from {{ ref('retention_cohorts') }}

),

flows as (

    select * from {{ ref('int_flows_attributed') }}

),

lot_flows as (

    select * from {{ ref('int_lot_flows_restated') }}
    where
        quantity > 0
        and amount >= 0

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

sales as (

    select flows.gross_sales_amount
    from flows
    cross join as_of
    inner join lot_flows
        on
            flows.original_flow_id = lot_flows.original_flow_id
            and coalesce(flows.account_id, 'unassigned') = lot_flows.account_id
            and flows.product_id = lot_flows.product_id
    where flows.trade_date <= as_of.as_of_date

),

sold as (

    select coalesce(sum(gross_sales_amount), 0) as gross_sales_amount
    from sales

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
