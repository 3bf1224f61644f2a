-- A product's organic flows equal its reported net sales of the month, and its AUM-days
-- equal those that fees accrue on, which come from intervals and not from days.
with

growth as (

    select * from {{ ref('aum_growth') }}
    where period_type = 'month'

),

net_flows as (

    select * from {{ ref('net_flows_monthly') }}

),

revenue as (

    select * from {{ ref('int_revenue_accrued') }}
    where is_last_known

),

products as (

    select * from {{ ref('dim_products') }}

),

sold as (

    select
        flow_month,
        product_key,
        sum(gross_sales_amount - redemption_amount) as net_sales_amount
    from net_flows
    group by flow_month, product_key

),

accrued as (

    select
        revenue.revenue_month,
        sum(revenue.aum_days) as aum_days,
        {{ member_key('products.product_key') }} as product_key
    from revenue
    left join products
        on revenue.product_id = products.product_id
    group by revenue.revenue_month, {{ member_key('products.product_key') }}

),

grown as (

    select
        period_start_date,
        product_key,
        sum(organic_flow_amount) as organic_flow_amount,
        sum(aum_days) as aum_days,
        sum(calendar_days) as calendar_days,
        count(*) = count(aum_days) as is_known
    from growth
    group by period_start_date, product_key

)

select
    grown.period_start_date,
    grown.product_key,
    grown.organic_flow_amount,
    sold.net_sales_amount,
    grown.aum_days,
    accrued.aum_days as accrued_aum_days
from grown
full join sold
    on
        grown.period_start_date = sold.flow_month
        and grown.product_key = sold.product_key
left join accrued
    on
        grown.period_start_date = accrued.revenue_month
        and grown.product_key = accrued.product_key
where
    coalesce(grown.organic_flow_amount, 0) <> coalesce(sold.net_sales_amount, 0)
    or (
        grown.is_known
        -- Half a cent for every rounded day.
        and 200 * abs(grown.aum_days - coalesce(accrued.aum_days, 0))
        > grown.calendar_days
    )
