with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'channels') }} as delivery_rank
    from {{ source('distribution', 'channels') }}
    where not {{ is_far_ahead('distribution', 'channels') }}

),

renamed as (

    select
        {{ clean_text('channel_id') }} as channel_id,

        {{ clean_text('channel_name') }} as channel_name
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
