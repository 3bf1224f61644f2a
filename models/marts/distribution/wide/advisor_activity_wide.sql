with

activity as (

    select * from {{ ref('advisor_activity') }}

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
        firms.firm_type_name as current_firm_type_name,
        firms.channel_name as current_channel_name,
        territories.territory_id,
        territories.territory_name,
        territories.region_name,
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
    left join territories
        on activity.territory_key = territories.territory_key
    left join wholesalers
        on activity.wholesaler_key = wholesalers.wholesaler_key
    left join dates
        on activity.activity_month = dates.date_day

)

select * from named
