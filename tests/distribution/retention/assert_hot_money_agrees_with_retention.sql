-- The sales of hot money equal those of the retention cohorts in every month, and early
-- redemptions never exceed sales.
with

hot_money as (

    select * from {{ ref('hot_money') }}

),

cohorts as (

    select * from {{ ref('retention_cohorts') }}

),

sales as (

    select
        cohort_month,
        wholesaler_key,
        product_group,
        relief_method,
        min(lots) as lots,
        min(original_amount) as original_amount
    from cohorts
    group by cohort_month, wholesaler_key, product_group, relief_method

)

select
    hot_money.cohort_month,
    hot_money.wholesaler_key,
    hot_money.product_group,
    hot_money.gross_sales_amount,
    sales.original_amount
from hot_money
left join sales
    on
        hot_money.cohort_month = sales.cohort_month
        and hot_money.wholesaler_key = sales.wholesaler_key
        and hot_money.product_group = sales.product_group
        and hot_money.relief_method = sales.relief_method
where
    sales.lots is null
    or hot_money.lots <> sales.lots
    or hot_money.gross_sales_amount <> sales.original_amount
    or hot_money.early_redemption_amount > hot_money.gross_sales_amount_at_risk
