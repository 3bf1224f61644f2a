with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'firms') }} as delivery_rank
    from {{ source('distribution', 'firms') }}
    where not {{ is_far_ahead('distribution', 'firms') }}

),

renamed as (

    select
        {{ clean_text('firm_id') }} as firm_id,
        {{ clean_text('firm_type_id') }} as firm_type_id,
        {{ clean_text('channel_id') }} as channel_id,

        {{ clean_text('firm_name') }} as firm_name,

        cast(_loaded_at as timestamp) as loaded_at
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
