with

activity as (

    select * from {{ ref('advisor_activity') }}

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

dates as (

    select * from {{ ref('dim_dates') }}

),

named as (

    select
        activity.activity_month,
        activity.first_sale_month,
        dates.fiscal_year,
        dates.fiscal_quarter,
        advisors.advisor_id,
        advisors.advisor_name,
        firms.firm_id as current_firm_id,
        firms.firm_name as current_firm_name,
        firm_types.firm_type_name as current_firm_type_name,
        channels.channel_name as current_channel_name,
        territories.territory_id,
        territories.territory_name,
        regions.region_name,
        wholesalers.wholesaler_id,
        wholesalers.wholesaler_name,
        activity.activity_status,
        activity.is_active,
        activity.is_partial,
        activity.gross_sales_amount,
        activity.window_gross_sales_amount
    from activity
    left join advisors
        on activity.advisor_key = advisors.advisor_key
    left join firms
        on advisors.firm_key = firms.firm_key
    left join firm_types
        on firms.firm_type_key = firm_types.firm_type_key
    left join channels
        on firms.channel_key = channels.channel_key
    left join territories
        on activity.territory_key = territories.territory_key
    left join regions
        on territories.region_key = regions.region_key
    left join wholesalers
        on activity.wholesaler_key = wholesalers.wholesaler_key
    left join dates
        on activity.activity_month = dates.date_day

)

select * from named
