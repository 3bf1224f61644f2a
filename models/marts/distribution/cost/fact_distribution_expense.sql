with

expenses as (

    select * from {{ ref('stg_distribution__distribution_expenses') }}

),

expense_types as (

    select * from {{ ref('dim_expense_types') }}

),

wholesalers as (

    select * from {{ ref('dim_wholesalers') }}

),

keyed as (

    select
        {{ surrogate_key(['expenses.expense_id']) }} as expense_key,
        expenses.expense_id,
        {{ member_key('expense_types.expense_type_key') }} as expense_type_key,
        {{ member_key('expense_types.expense_category_key') }} as expense_category_key,
        {{ member_key('wholesalers.wholesaler_key') }} as wholesaler_key,
        expenses.expense_date,
        expenses.description,
        expenses.amount as expense_amount
    from expenses
    left join expense_types
        on expenses.expense_type_id = expense_types.expense_type_id
    left join wholesalers
        on expenses.wholesaler_id = wholesalers.wholesaler_id

)

select * from keyed
