with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'credit_splits') }} as delivery_rank
    from {{ source('distribution', 'credit_splits') }}
    where not {{ is_far_ahead('distribution', 'credit_splits') }}

),

renamed as (

    select
        {{ clean_text('scope_id') }} as scope_id,
        {{ clean_text('wholesaler_id') }} as wholesaler_id,

        {{ clean_text('scope') }} as scope,
        coalesce({{ clean_text('role') }}, 'external') as role,

        cast(split_rate as numeric(10, 8)) as split_rate,

        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to,
        coalesce(cast(booked_date as date), cast(valid_from as date)) as booked_date
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
