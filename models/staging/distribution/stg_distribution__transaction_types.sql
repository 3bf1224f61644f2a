with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'transaction_types') }} as delivery_rank
    from {{ source('distribution', 'transaction_types') }}
    where not {{ is_far_ahead('distribution', 'transaction_types') }}

),

renamed as (

    select
        {{ clean_text('transaction_type_id') }} as transaction_type_id,

        {{ clean_text('transaction_type_name') }} as transaction_type_name,
        {{ clean_text('flow_class') }} as flow_class,

        coalesce(cast(amount_sign as integer), 1) as amount_sign
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
