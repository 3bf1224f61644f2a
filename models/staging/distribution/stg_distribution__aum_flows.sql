with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'aum_flows') }} as delivery_rank
    from {{ source('distribution', 'aum_flows') }}
    where not {{ is_far_ahead('distribution', 'aum_flows') }}

),

renamed as (

    select
        {{ clean_text('flow_id') }} as flow_id,
        {{ clean_text('account_id') }} as account_id,
        {{ clean_text('advisor_id') }} as advisor_id,
        {{ clean_text('product_id') }} as product_id,
        {{ clean_text('transaction_type_id') }} as transaction_type_id,
        {{ clean_text('corrects_flow_id') }} as corrects_flow_id,
        {{ clean_text('transfer_id') }} as transfer_id,

        coalesce({{ clean_text('discretion') }}, 'advisor') as discretion,

        cast(amount as numeric(18, 2)) as amount,
        cast(units as numeric(18, 6)) as units,

        cast(trade_date as date) as trade_date,
        coalesce(cast(booked_date as date), cast(trade_date as date)) as booked_date
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
