with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'territory_assignments') }} as delivery_rank
    from {{ source('distribution', 'territory_assignments') }}
    where not {{ is_far_ahead('distribution', 'territory_assignments') }}

),

renamed as (

    select
        {{ clean_text('territory_id') }} as territory_id,
        {{ clean_text('wholesaler_id') }} as wholesaler_id,

        coalesce({{ clean_text('role') }}, 'external') as role,

        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to,
        coalesce(cast(booked_date as date), cast(valid_from as date)) as booked_date
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
