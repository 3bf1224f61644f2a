with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'territories') }} as delivery_rank
    from {{ source('distribution', 'territories') }}
    where not {{ is_far_ahead('distribution', 'territories') }}

),

renamed as (

    select
        {{ clean_text('territory_id') }} as territory_id,
        {{ clean_text('region_id') }} as region_id,

        {{ clean_text('territory_name') }} as territory_name,

        cast(_loaded_at as timestamp) as loaded_at
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
