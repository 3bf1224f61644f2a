with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'accounts') }} as delivery_rank
    from {{ source('distribution', 'accounts') }}
    where not {{ is_far_ahead('distribution', 'accounts') }}

),

renamed as (

    select
        {{ clean_text('account_id') }} as account_id,
        {{ clean_text('advisor_id') }} as advisor_id,
        {{ clean_text('household_id') }} as household_id,

        {{ clean_text('account_name') }} as account_name,
        {{ clean_text('account_type') }} as account_type,

        cast(opened_date as date) as opened_date,
        cast(closed_date as date) as closed_date,

        cast(_loaded_at as timestamp) as loaded_at
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
