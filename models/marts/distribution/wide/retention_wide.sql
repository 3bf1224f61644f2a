with

snapshots as (

    select * from {{ ref('fact_retention_snapshots') }}

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
        snapshots.flow_id,
        snapshots.relief_method,
        snapshots.age_days,
        {{ month_start('snapshots.trade_date') }} as cohort_month,
        snapshots.trade_date,
        snapshots.snapshot_date,
        snapshots.basis,
        snapshots.is_cohort_member,
        dates.fiscal_year,
        dates.fiscal_quarter,
        accounts.account_id,
        accounts.account_name,
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
        snapshots.original_amount,
        snapshots.retained_amount,
        snapshots.retained_in_product_amount
    from snapshots
    left join accounts
        on snapshots.account_key = accounts.account_key
    left join advisors
        on snapshots.advisor_key = advisors.advisor_key
    left join firms
        on snapshots.firm_key = firms.firm_key
    left join territories
        on snapshots.territory_key = territories.territory_key
    left join wholesalers
        on snapshots.wholesaler_key = wholesalers.wholesaler_key
    left join products
        on snapshots.product_key = products.product_key
    left join dates
        on {{ month_start('snapshots.trade_date') }} = dates.date_day

)

select * from named
