with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'fee_tiers') }} as delivery_rank
    from {{ source('distribution', 'fee_tiers') }}
    where not {{ is_far_ahead('distribution', 'fee_tiers') }}

),

renamed as (

    select
        {{ clean_text('agreement_id') }} as agreement_id,

        cast(tier_from_amount as numeric(18, 2)) as tier_from_amount,
        cast(annual_fee_rate as numeric(10, 8)) as annual_fee_rate
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
