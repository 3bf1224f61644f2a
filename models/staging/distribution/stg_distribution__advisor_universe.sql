with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'advisor_universe') }} as delivery_rank
    from {{ source('distribution', 'advisor_universe') }}
    where not {{ is_far_ahead('distribution', 'advisor_universe') }}

),

renamed as (

    select
        {{ clean_text('territory_id') }} as territory_id,

        cast(advisor_count as integer) as advisor_count,

        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
