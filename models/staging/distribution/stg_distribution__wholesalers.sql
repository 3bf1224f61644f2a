with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'wholesalers') }} as delivery_rank
    from {{ source('distribution', 'wholesalers') }}
    where not {{ is_far_ahead('distribution', 'wholesalers') }}

),

renamed as (

    select
        {{ clean_text('wholesaler_id') }} as wholesaler_id,

        {{ clean_text('wholesaler_name') }} as wholesaler_name,

        cast(hired_date as date) as hired_date,
        cast(left_date as date) as left_date,

        cast(_loaded_at as timestamp) as loaded_at
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
