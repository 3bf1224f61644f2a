with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'asset_classes') }} as delivery_rank
    from {{ source('distribution', 'asset_classes') }}
    where not {{ is_far_ahead('distribution', 'asset_classes') }}

),

renamed as (

    select
        {{ clean_text('asset_class_id') }} as asset_class_id,

        {{ clean_text('asset_class_name') }} as asset_class_name
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
