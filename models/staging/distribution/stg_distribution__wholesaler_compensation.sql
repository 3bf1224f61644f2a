with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'wholesaler_compensation') }} as delivery_rank
    from {{ source('distribution', 'wholesaler_compensation') }}
    where not {{ is_far_ahead('distribution', 'wholesaler_compensation') }}

),

renamed as (

    select
        {{ clean_text('compensation_id') }} as compensation_id,
        {{ clean_text('wholesaler_id') }} as wholesaler_id,

        {{ clean_text('compensation_type') }} as compensation_type,

        cast(amount as numeric(18, 2)) as amount,

        cast(period_start_date as date) as period_start_date,
        cast(period_end_date as date) as period_end_date,
        cast(paid_date as date) as paid_date
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
