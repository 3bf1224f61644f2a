{{ config(
    materialized='incremental_by_change',
    meta={'changes_with': 'revenue', 'logs_changes_by': [{'revenue_month': 'revenue_month'}]},
) }}

with

revenue as (

    select * from {{ ref('int_revenue_attributed') }}
    where {{ is_changed('revenue') }}

),

accounts as (

    select * from {{ ref('dim_accounts') }}

),

advisors as (

    select * from {{ ref('dim_advisors') }}

),

firms as (

    select * from {{ ref('dim_firms') }}

),

territories as (

    select * from {{ ref('dim_territories') }}

),

wholesalers as (

    select * from {{ ref('dim_wholesalers') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

keyed as (

    select
        {{ surrogate_key([
            'revenue.revenue_id', 'revenue.entry_type', 'revenue.booked_date'
        ]) }} as revenue_key,
        revenue.revenue_id,
        {{ member_key('accounts.account_key') }} as account_key,
        {{ member_key('advisors.advisor_key') }} as advisor_key,
        {{ member_key('firms.firm_key') }} as firm_key,
        {{ member_key('firms.channel_key') }} as channel_key,
        {{ member_key('territories.territory_key') }} as territory_key,
        {{ member_key('wholesalers.wholesaler_key') }} as wholesaler_key,
        {{ member_key('products.product_key') }} as product_key,
        revenue.revenue_month,
        revenue.period_start_date,
        revenue.period_end_date,
        revenue.booked_date,
        revenue.entry_type,
        revenue.entry_type <> 'actual' as is_estimate,
        revenue.basis,
        revenue.revenue_amount,
        revenue.accrued_amount,
        cast(
            revenue.accrued_amount - revenue.revenue_amount as numeric(28, 10)
        ) as rounding_remainder_amount,
        revenue.gross_revenue_amount,
        cast(
            revenue.gross_revenue_amount - revenue.revenue_amount as numeric(18, 2)
        ) as waiver_amount,
        revenue.aum_days
    from revenue
    left join accounts
        on revenue.account_id = accounts.account_id
    left join advisors
        on revenue.advisor_id = advisors.advisor_id
    left join firms
        on revenue.firm_id = firms.firm_id
    left join territories
        on revenue.territory_id = territories.territory_id
    left join wholesalers
        on revenue.wholesaler_id = wholesalers.wholesaler_id
    left join products
        on revenue.product_id = products.product_id

)

select * from keyed
