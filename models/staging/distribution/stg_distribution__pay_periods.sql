with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'pay_periods') }} as delivery_rank
    from {{ source('distribution', 'pay_periods') }}
    where not {{ is_far_ahead('distribution', 'pay_periods') }}

),

renamed as (

    select
        {{ clean_text('pay_period_id') }} as pay_period_id,

        cast(period_start_date as date) as period_start_date,
        cast(period_end_date as date) as period_end_date,
        cast(locked_date as date) as locked_date
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
