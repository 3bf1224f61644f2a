with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'vehicle_types') }} as delivery_rank
    from {{ source('distribution', 'vehicle_types') }}
    where not {{ is_far_ahead('distribution', 'vehicle_types') }}

),

renamed as (

    select
        {{ clean_text('vehicle_type_id') }} as vehicle_type_id,

        {{ clean_text('vehicle_type_name') }} as vehicle_type_name
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
