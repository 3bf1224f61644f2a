-- Sales and costs of wholesaler_efficiency add up to the facts.
with

efficiency as (

    select
        coalesce(sum(gross_sales_amount), 0) as gross_sales_amount,
        coalesce(sum(expense_amount), 0) as expense_amount,
        coalesce(sum(compensation_amount), 0) as compensation_amount
    from {{ ref('wholesaler_efficiency') }}

),

facts as (

    select
        (
            select coalesce(sum(gross_sales_amount), 0)
            from {{ ref('net_flows_daily') }}
        ) as gross_sales_amount,
        (
            select coalesce(sum(expense_amount), 0)
            from {{ ref('fact_distribution_expense') }}
        ) as expense_amount,
        (
            select coalesce(sum(compensation_amount), 0)
            from {{ ref('fact_wholesaler_comp') }}
        ) as compensation_amount

)

select
    efficiency.*,
    facts.gross_sales_amount as fact_gross_sales_amount,
    facts.expense_amount as fact_expense_amount,
    facts.compensation_amount as fact_compensation_amount
from efficiency
cross join facts
where
    efficiency.gross_sales_amount <> facts.gross_sales_amount
    or efficiency.expense_amount <> facts.expense_amount
    or efficiency.compensation_amount <> facts.compensation_amount
