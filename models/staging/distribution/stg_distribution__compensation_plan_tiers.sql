with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'compensation_plan_tiers') }} as delivery_rank
    from {{ source('distribution', 'compensation_plan_tiers') }}
    where not {{ is_far_ahead('distribution', 'compensation_plan_tiers') }}

),

renamed as (

    select
        {{ clean_text('plan_id') }} as plan_id,

        cast(tier_from_amount as numeric(18, 2)) as tier_from_amount,
        cast(pay_rate as numeric(10, 8)) as pay_rate
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
