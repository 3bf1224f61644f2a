with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'market_sales') }} as delivery_rank
    from {{ source('distribution', 'market_sales') }}
    where not {{ is_far_ahead('distribution', 'market_sales') }}

),

renamed as (

    select
        {{ clean_text('territory_id') }} as territory_id,

        cast(amount as numeric(18, 2)) as amount,

        cast(period_start_date as date) as period_start_date
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
