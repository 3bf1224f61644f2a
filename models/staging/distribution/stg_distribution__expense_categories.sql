with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'expense_categories') }} as delivery_rank
    from {{ source('distribution', 'expense_categories') }}
    where not {{ is_far_ahead('distribution', 'expense_categories') }}

),

renamed as (

    select
        {{ clean_text('expense_category_id') }} as expense_category_id,

        {{ clean_text('expense_category_name') }} as expense_category_name
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
