with

buyers as (

    select * from {{ ref('int_buyers_classified') }}
    where buyer_type = 'advisor'

),

advisors as (

    select * from {{ ref('dim_advisors') }}
    -- The member for what is unknown buys nothing, even where a feed uses its name.
    where advisor_key <> {{ unassigned_key() }}

),

territories as (

    select * from {{ ref('dim_territories') }}

),

wholesalers as (

    select * from {{ ref('dim_wholesalers') }}

),

keyed as (

    select
        buyers.activity_month,
        advisors.advisor_key,
        {{ member_key('territories.territory_key') }} as territory_key,
        {{ member_key('wholesalers.wholesaler_key') }} as wholesaler_key,
        buyers.first_sale_month,
        buyers.gross_sales_amount,
        buyers.window_gross_sales_amount,
        buyers.activity_status,
        buyers.is_active,
        buyers.is_partial
    from buyers
    inner join advisors
        on buyers.buyer_id = advisors.advisor_id
    left join territories
        on buyers.territory_id = territories.territory_id
    left join wholesalers
        on buyers.wholesaler_id = wholesalers.wholesaler_id

)

select * from keyed
