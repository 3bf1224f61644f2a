with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'exchange_rates') }} as delivery_rank
    from {{ source('distribution', 'exchange_rates') }}
    where not {{ is_far_ahead('distribution', 'exchange_rates') }}

),

renamed as (

    select
        {{ clean_text('currency_code') }} as currency_code,

        cast(rate as numeric(18, 8)) as rate,

        cast(rate_date as date) as rate_date
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
