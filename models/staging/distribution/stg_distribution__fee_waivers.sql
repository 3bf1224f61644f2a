with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'fee_waivers') }} as delivery_rank
    from {{ source('distribution', 'fee_waivers') }}
    where not {{ is_far_ahead('distribution', 'fee_waivers') }}

),

renamed as (

    select
        {{ clean_text('waiver_id') }} as waiver_id,
        {{ clean_text('product_id') }} as product_id,
        {{ clean_text('account_id') }} as account_id,

        cast(waiver_rate as numeric(10, 8)) as waiver_rate,

        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to,
        coalesce(cast(booked_date as date), cast(valid_from as date)) as booked_date
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
