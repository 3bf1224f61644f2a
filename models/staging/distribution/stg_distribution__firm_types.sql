with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'firm_types') }} as delivery_rank
    from {{ source('distribution', 'firm_types') }}
    where not {{ is_far_ahead('distribution', 'firm_types') }}

),

renamed as (

    select
        {{ clean_text('firm_type_id') }} as firm_type_id,

        {{ clean_text('firm_type_name') }} as firm_type_name
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
