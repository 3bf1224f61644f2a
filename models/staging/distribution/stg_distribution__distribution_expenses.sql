with

source as (

    select
        *,
        {{ delivery_rank('distribution', 'distribution_expenses') }} as delivery_rank
    from {{ source('distribution', 'distribution_expenses') }}
    where not {{ is_far_ahead('distribution', 'distribution_expenses') }}

),

renamed as (

    select
        {{ clean_text('expense_id') }} as expense_id,
        {{ clean_text('expense_type_id') }} as expense_type_id,
        {{ clean_text('wholesaler_id') }} as wholesaler_id,

        {{ clean_text('description') }} as description,

        cast(amount as numeric(18, 2)) as amount,

        cast(expense_date as date) as expense_date
    from source
    where {{ is_last_delivery() }}

)

select * from renamed
