-- Own sales add up to the firm's over all territories, the unassigned one included.
with

performance as (

    select * from {{ ref('territory_performance') }}

),

flows as (

    select * from {{ ref('fact_aum_flows') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

territory_sales as (

    select
        sales_month,
        sum(gross_sales_amount) as gross_sales_amount
    from performance
    group by sales_month

),

firm_sales as (

    select
        {{ month_start('flows.trade_date') }} as sales_month,
        sum(flows.gross_sales_amount) as gross_sales_amount
    from flows
    cross join as_of
    where flows.trade_date <= as_of.as_of_date
    group by {{ month_start('flows.trade_date') }}

),

compared as (

    select
        territory_sales.gross_sales_amount as territory_amount,
        firm_sales.gross_sales_amount as firm_amount,
        coalesce(territory_sales.sales_month, firm_sales.sales_month) as sales_month
    from territory_sales
    full join firm_sales
        on territory_sales.sales_month = firm_sales.sales_month

)

select *
from compared
where coalesce(territory_amount, 0) <> coalesce(firm_amount, 0)
