with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'fee_schedules') }} as delivery_rank
    from {{ source('distribution', 'fee_schedules') }}
    where not {{ is_far_ahead('distribution', 'fee_schedules') }}

),

renamed as (

    select
        {{ clean_text('product_id') }} as product_id,

        cast(annual_fee_rate as numeric(10, 8)) as annual_fee_rate,

        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to,
        coalesce(cast(booked_date as date), cast(valid_from as date)) as booked_date
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
