with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'actual_revenue') }} as delivery_rank
    from {{ source('distribution', 'actual_revenue') }}
    where not {{ is_far_ahead('distribution', 'actual_revenue') }}

),

renamed as (

    select
        {{ clean_text('revenue_id') }} as revenue_id,
        {{ clean_text('account_id') }} as account_id,
        {{ clean_text('product_id') }} as product_id,

        cast(amount as numeric(18, 2)) as amount,

        cast(period_start_date as date) as period_start_date,
        cast(period_end_date as date) as period_end_date,
        coalesce(
            cast(booked_date as date), cast(period_end_date as date)
        ) as booked_date
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
