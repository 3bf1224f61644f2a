with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'regions') }} as delivery_rank
    from {{ source('distribution', 'regions') }}
    where not {{ is_far_ahead('distribution', 'regions') }}

),

renamed as (

    select
        {{ clean_text('region_id') }} as region_id,

        {{ clean_text('region_name') }} as region_name
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
