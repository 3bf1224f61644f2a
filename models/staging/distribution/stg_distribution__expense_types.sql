with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'expense_types') }} as delivery_rank
    from {{ source('distribution', 'expense_types') }}
    where not {{ is_far_ahead('distribution', 'expense_types') }}

),

renamed as (

    select
        {{ clean_text('expense_type_id') }} as expense_type_id,
        {{ clean_text('expense_category_id') }} as expense_category_id,

        {{ clean_text('expense_type_name') }} as expense_type_name
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
