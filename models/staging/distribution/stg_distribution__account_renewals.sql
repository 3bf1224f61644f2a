with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'account_renewals') }} as delivery_rank
    from {{ source('distribution', 'account_renewals') }}
    where not {{ is_far_ahead('distribution', 'account_renewals') }}

),

renamed as (

    select
        {{ clean_text('account_id') }} as account_id,

        cast(renewal_date as date) as renewal_date
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
