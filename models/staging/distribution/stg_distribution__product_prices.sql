with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'product_prices') }} as delivery_rank
    from {{ source('distribution', 'product_prices') }}
    where not {{ is_far_ahead('distribution', 'product_prices') }}

),

renamed as (

    select
        {{ clean_text('product_id') }} as product_id,

        cast(price as numeric(18, 6)) as price,

        cast(price_date as date) as price_date
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
