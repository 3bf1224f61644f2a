with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'products') }} as delivery_rank
    from {{ source('distribution', 'products') }}
    where not {{ is_far_ahead('distribution', 'products') }}

),

renamed as (

    select
        {{ clean_text('product_id') }} as product_id,
        {{ clean_text('asset_class_id') }} as asset_class_id,
        {{ clean_text('vehicle_type_id') }} as vehicle_type_id,

        {{ clean_text('product_name') }} as product_name,
        {{ clean_text('ticker') }} as ticker,
        {{ clean_text('product_group') }} as product_group,
        {{ clean_text('share_class') }} as share_class,
        {{ clean_text('currency_code') }} as currency_code,

        cast(launch_date as date) as launch_date,

        cast(_loaded_at as timestamp) as loaded_at
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
