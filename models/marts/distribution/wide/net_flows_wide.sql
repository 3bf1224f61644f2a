with

net_flows as (

    select * from {{ ref('net_flows_daily') }}

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

dates as (

    select * from {{ ref('dim_dates') }}

),

named as (

    select
        net_flows.flow_date,
        {{ month_start('net_flows.flow_date') }} as flow_month,
        dates.fiscal_year,
        dates.fiscal_quarter,
        advisors.advisor_id,
        advisors.advisor_name,
        firms.firm_id,
        firms.firm_name,
        firm_types.firm_type_name,
        channels.channel_name,
        territories.territory_id,
        territories.territory_name,
        regions.region_name,
        wholesalers.wholesaler_id,
        wholesalers.wholesaler_name,
        products.product_id,
        products.product_name,
        products.ticker,
        products.product_group,
        products.share_class,
        asset_classes.asset_class_name,
        vehicle_types.vehicle_type_name,
        net_flows.gross_sales_amount,
        net_flows.redemption_amount,
        net_flows.exchange_in_amount,
        net_flows.exchange_out_amount,
        net_flows.transfer_in_amount,
        net_flows.transfer_out_amount,
        net_flows.external_transfer_amount,
        net_flows.reinvestment_amount,
        net_flows.distribution_amount,
        net_flows.fee_amount,
        net_flows.seed_amount,
        net_flows.adjustment_amount,
        net_flows.acquisition_amount,
        net_flows.unmatched_correction_amount,
        net_flows.product_net_flow_amount,
        net_flows.firm_net_flow_amount,
        net_flows.flow_count
    from net_flows
    left join advisors
        on net_flows.advisor_key = advisors.advisor_key
    left join firms
        on net_flows.firm_key = firms.firm_key
    left join firm_types
        on firms.firm_type_key = firm_types.firm_type_key
    left join channels
        on net_flows.channel_key = channels.channel_key
    left join territories
        on net_flows.territory_key = territories.territory_key
    left join regions
        on territories.region_key = regions.region_key
    left join wholesalers
        on net_flows.wholesaler_key = wholesalers.wholesaler_key
    left join products
        on net_flows.product_key = products.product_key
    left join asset_classes
        on products.asset_class_key = asset_classes.asset_class_key
    left join vehicle_types
        on products.vehicle_type_key = vehicle_types.vehicle_type_key
    left join dates
        on {{ month_start('net_flows.flow_date') }} = dates.date_day

)

select * from named
