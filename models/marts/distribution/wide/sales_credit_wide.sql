with

credits as (

    select * from {{ ref('fact_sales_credit') }}

),

advisors as (

    select * from {{ ref('dim_advisors') }}

),

firms as (

    select * from {{ ref('firms_wide') }}

),

territories as (

    select * from {{ ref('territories_wide') }}

),

wholesalers as (

    select * from {{ ref('dim_wholesalers') }}

),

products as (

    select * from {{ ref('products_wide') }}

),

pay_periods as (

    select * from {{ ref('dim_pay_periods') }}

),

dates as (

    select * from {{ ref('dim_dates') }}

),

named as (

    select
        credits.sales_credit_key,
        credits.flow_id,
        credits.attribution_mode,
        credits.role,
        credits.credit_status,
        credits.is_adjustment,
        credits.credit_month,
        credits.trade_date,
        credits.booked_date,
        dates.fiscal_year,
        dates.fiscal_quarter,
        pay_periods.pay_period_id,
        pay_periods.period_start_date as pay_period_start_date,
        pay_periods.period_end_date as pay_period_end_date,
        pay_periods.is_locked as is_pay_period_locked,
        wholesalers.wholesaler_id,
        wholesalers.wholesaler_name,
        advisors.advisor_id,
        advisors.advisor_name,
        firms.firm_id as current_firm_id,
        firms.firm_name as current_firm_name,
        firms.firm_type_name as current_firm_type_name,
        firms.channel_name as current_channel_name,
        territories.territory_id as current_territory_id,
        territories.territory_name as current_territory_name,
        territories.region_name as current_region_name,
        products.product_id,
        products.product_name,
        products.ticker,
        products.product_group,
        products.share_class,
        products.asset_class_name,
        products.vehicle_type_name,
        credits.split_rate,
        credits.gross_sales_credit_amount,
        credits.redemption_credit_amount,
        credits.firm_net_flow_credit_amount
    from credits
    left join advisors
        on credits.advisor_key = advisors.advisor_key
    left join firms
        on advisors.firm_key = firms.firm_key
    left join territories
        on advisors.territory_key = territories.territory_key
    left join wholesalers
        on credits.wholesaler_key = wholesalers.wholesaler_key
    left join products
        on credits.product_key = products.product_key
    left join pay_periods
        on credits.pay_period_key = pay_periods.pay_period_key
    left join dates
        on credits.credit_month = dates.date_day

)

select * from named
