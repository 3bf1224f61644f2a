with

revenue as (

    select * from {{ ref('fact_revenue') }}

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
        revenue.revenue_key,
        revenue.revenue_id,
        revenue.revenue_month,
        revenue.period_start_date,
        revenue.period_end_date,
        revenue.booked_date,
        revenue.entry_type,
        revenue.is_estimate,
        revenue.basis,
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
        revenue.revenue_amount,
        revenue.accrued_amount,
        revenue.rounding_remainder_amount,
        revenue.gross_revenue_amount,
        revenue.waiver_amount,
        revenue.aum_days
    from revenue
    left join accounts
        on revenue.account_key = accounts.account_key
    left join advisors
        on revenue.advisor_key = advisors.advisor_key
    left join firms
        on revenue.firm_key = firms.firm_key
    left join territories
        on revenue.territory_key = territories.territory_key
    left join wholesalers
        on revenue.wholesaler_key = wholesalers.wholesaler_key
    left join products
        on revenue.product_key = products.product_key
    left join dates
        on revenue.revenue_month = dates.date_day

)

select * from named
