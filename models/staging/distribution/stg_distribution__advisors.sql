with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'advisors') }} as delivery_rank
    from {{ source('distribution', 'advisors') }}
    where not {{ is_far_ahead('distribution', 'advisors') }}

),

renamed as (

    select
        {{ clean_text('advisor_id') }} as advisor_id,

        {{ clean_text('advisor_name') }} as advisor_name,
        {{ clean_text('crd_number') }} as crd_number,

        cast(_loaded_at as timestamp) as loaded_at
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
