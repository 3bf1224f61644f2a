with

net_flows as (

    select * from {{ ref('net_flows_daily') }}

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
        firms.firm_type_name,
        firms.channel_name,
        territories.territory_id,
        territories.territory_name,
        territories.region_name,
        wholesalers.wholesaler_id,
        wholesalers.wholesaler_name,
        products.product_id,
        products.product_name,
        products.ticker,
        products.product_group,
        products.share_class,
        products.asset_class_name,
        products.vehicle_type_name,
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
    left join territories
        on net_flows.territory_key = territories.territory_key
    left join wholesalers
        on net_flows.wholesaler_key = wholesalers.wholesaler_key
    left join products
        on net_flows.product_key = products.product_key
    left join dates
        on {{ month_start('net_flows.flow_date') }} = dates.date_day

)

select * from named
