with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'compensation_plans') }} as delivery_rank
    from {{ source('distribution', 'compensation_plans') }}
    where not {{ is_far_ahead('distribution', 'compensation_plans') }}

),

renamed as (

    select
        {{ clean_text('plan_id') }} as plan_id,

        {{ clean_text('plan_name') }} as plan_name,
        coalesce({{ clean_text('role') }}, 'external') as role,
        {{ clean_text('credit_basis') }} as credit_basis,
        coalesce({{ clean_text('tier_method') }}, 'marginal') as tier_method,

        cast(retained_days as integer) as retained_days,
        cast(clawback_days as integer) as clawback_days
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
