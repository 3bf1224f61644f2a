with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'advisor_affiliations') }} as delivery_rank
    from {{ source('distribution', 'advisor_affiliations') }}
    where not {{ is_far_ahead('distribution', 'advisor_affiliations') }}

),

renamed as (

    select
        {{ clean_text('advisor_id') }} as advisor_id,
        {{ clean_text('firm_id') }} as firm_id,
        {{ clean_text('territory_id') }} as territory_id,

        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to,
        coalesce(cast(booked_date as date), cast(valid_from as date)) as booked_date
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
