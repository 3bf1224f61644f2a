with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'compensation_plan_assignments') }}
            as delivery_rank
    from {{ source('distribution', 'compensation_plan_assignments') }}
    where not {{ is_far_ahead('distribution', 'compensation_plan_assignments') }}

),

renamed as (

    select
        {{ clean_text('wholesaler_id') }} as wholesaler_id,
        {{ clean_text('plan_id') }} as plan_id,

        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to,
        coalesce(cast(booked_date as date), cast(valid_from as date)) as booked_date
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
