with

aum as (

    select * from {{ ref('aum_rollforward_monthly') }}

),

accounts as (

    select * from {{ ref('dim_accounts') }}

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
        aum.aum_month,
        aum.period_end_date,
        aum.account_id,
        dates.fiscal_year,
        dates.fiscal_quarter,
        accounts.account_name,
        accounts.account_type,
        accounts.household_id,
        advisors.advisor_id as current_advisor_id,
        advisors.advisor_name as current_advisor_name,
        firms.firm_id as current_firm_id,
        firms.firm_name as current_firm_name,
        firms.firm_type_name as current_firm_type_name,
        firms.channel_name as current_channel_name,
        territories.territory_id as current_territory_id,
        territories.territory_name as current_territory_name,
        territories.region_name as current_region_name,
        wholesalers.wholesaler_id,
        wholesalers.wholesaler_name,
        aum.product_id,
        products.product_name,
        products.ticker,
        products.product_group,
        products.share_class,
        products.asset_class_name,
        products.vehicle_type_name,
        aum.opening_aum_amount,
        aum.inflows_amount,
        aum.outflows_amount,
        aum.exchanges_amount,
        aum.transfers_amount,
        aum.transfer_charges_amount,
        aum.reinvested_amount,
        aum.distributions_amount,
        aum.fees_amount,
        aum.seed_amount,
        aum.adjustments_amount,
        aum.acquisitions_amount,
        aum.unmatched_corrections_amount,
        aum.history_gap_amount,
        aum.market_movement_amount,
        aum.fx_movement_amount,
        aum.residual_amount,
        aum.closing_aum_amount,
        aum.organic_flow_amount,
        aum.is_incomplete,
        aum.is_market_plug,
        aum.is_stale_price
    from aum
    left join accounts
        on aum.account_key = accounts.account_key
    left join advisors
        on accounts.advisor_key = advisors.advisor_key
    left join firms
        on advisors.firm_key = firms.firm_key
    left join territories
        on advisors.territory_key = territories.territory_key
    left join wholesalers
        on aum.wholesaler_key = wholesalers.wholesaler_key
    left join products
        on aum.product_key = products.product_key
    left join dates
        on aum.aum_month = dates.date_day

)

select * from named
