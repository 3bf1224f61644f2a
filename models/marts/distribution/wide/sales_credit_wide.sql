with

credits as (

    select * from {{ ref('fact_sales_credit') }}

),

advisors as (

    select * from {{ ref('dim_advisors') }}

),

firms as (

    select * from {{ ref('dim_firms') }}

),

firm_types as (

    select * from {{ ref('dim_firm_types') }}

),

channels as (

    select * from {{ ref('dim_channels') }}

),

territories as (

    select * from {{ ref('dim_territories') }}

),

regions as (

    select * from {{ ref('dim_regions') }}

),

wholesalers as (

    select * from {{ ref('dim_wholesalers') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

asset_classes as (

    select * from {{ ref('dim_asset_classes') }}

),

vehicle_types as (

    select * from {{ ref('dim_vehicle_types') }}

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
        firm_types.firm_type_name as current_firm_type_name,
        channels.channel_name as current_channel_name,
        territories.territory_id as current_territory_id,
        territories.territory_name as current_territory_name,
        regions.region_name as current_region_name,
        products.product_id,
        products.product_name,
        products.ticker,
        products.product_group,
        products.share_class,
        asset_classes.asset_class_name,
        vehicle_types.vehicle_type_name,
        credits.split_rate,
        credits.gross_sales_credit_amount,
        credits.redemption_credit_amount,
        credits.firm_net_flow_credit_amount
    from credits
    left join advisors
        on credits.advisor_key = advisors.advisor_key
    left join firms
        on advisors.firm_key = firms.firm_key
    left join firm_types
        on firms.firm_type_key = firm_types.firm_type_key
    left join channels
        on firms.channel_key = channels.channel_key
    left join territories
        on advisors.territory_key = territories.territory_key
    left join regions
        on territories.region_key = regions.region_key
    left join wholesalers
        on credits.wholesaler_key = wholesalers.wholesaler_key
    left join products
        on credits.product_key = products.product_key
    left join asset_classes
        on products.asset_class_key = asset_classes.asset_class_key
    left join vehicle_types
        on products.vehicle_type_key = vehicle_types.vehicle_type_key
    left join pay_periods
        on credits.pay_period_key = pay_periods.pay_period_key
    left join dates
        on credits.credit_month = dates.date_day

)

select * from named
