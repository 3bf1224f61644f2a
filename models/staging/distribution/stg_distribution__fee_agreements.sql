with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'fee_agreements') }} as delivery_rank
    from {{ source('distribution', 'fee_agreements') }}
    where not {{ is_far_ahead('distribution', 'fee_agreements') }}

),

renamed as (

    select
        {{ clean_text('agreement_id') }} as agreement_id,
        {{ clean_text('account_id') }} as account_id,
        {{ clean_text('household_id') }} as household_id,
        {{ clean_text('product_id') }} as product_id,

        coalesce({{ clean_text('billing_basis') }}, 'account') as billing_basis,
        coalesce({{ clean_text('tier_method') }}, 'marginal') as tier_method,

        cast(negotiated_rate as numeric(10, 8)) as negotiated_rate,
        cast(minimum_amount as numeric(18, 2)) as minimum_amount,
        cast(cap_amount as numeric(18, 2)) as cap_amount,

        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to,
        coalesce(cast(booked_date as date), cast(valid_from as date)) as booked_date
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
