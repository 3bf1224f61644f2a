with

net_flows as (

    select * from {{ ref('net_flows_daily') }}

),

trading_days as (

    select * from {{ ref('int_distribution_days_observed') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

product_totals as (

    select
        product_key,
        {{ month_start('flow_date') }} as flow_month,
        sum(product_net_flow_amount) as product_net_flow_amount,
        sum(gross_sales_amount) as gross_sales_amount
    from net_flows
    group by product_key, {{ month_start('flow_date') }}

),

first_days as (

    select
        product_key,
        min(flow_date) as first_flow_date
    from net_flows
    group by product_key

),

-- A product's average starts at its first flow: days before its launch are not zeros.
product_trading_days as (

    select
        first_days.product_key,
        {{ month_start('trading_days.date_day') }} as flow_month,
        count(*) as trading_days
    from first_days
    cross join as_of
    inner join trading_days
        on
            first_days.first_flow_date <= trading_days.date_day
            and as_of.as_of_date >= trading_days.date_day
    group by first_days.product_key, {{ month_start('trading_days.date_day') }}

),

averaged as (

    select
        product_trading_days.flow_month,
        product_trading_days.product_key,
        cast(product_trading_days.trading_days as integer) as trading_days,
        cast(coalesce(product_totals.gross_sales_amount, 0) as numeric(18, 2))
            as gross_sales_amount,
        cast(coalesce(product_totals.product_net_flow_amount, 0) as numeric(18, 2))
            as product_net_flow_amount,
        {{ ratio(
            'coalesce(product_totals.product_net_flow_amount, 0)',
            'product_trading_days.trading_days',
            scale=2
        ) }} as average_daily_net_flow_amount
    from product_trading_days
    left join product_totals
        on
            product_trading_days.product_key = product_totals.product_key
            and product_trading_days.flow_month = product_totals.flow_month

)

select * from averaged
