with

expense_types as (

    select * from {{ ref('stg_distribution__expense_types') }}

),

expense_categories as (

    select * from {{ ref('dim_expense_categories') }}

),

members as (

    select
        expense_type_id,
        expense_type_name,
        expense_category_id
    from expense_types
    where expense_type_id <> 'unassigned'

    union all

    select
        'unassigned' as expense_type_id,
        'Unassigned' as expense_type_name,
        cast(null as text) as expense_category_id

),

keyed as (

    select
        {{ surrogate_key(['members.expense_type_id']) }} as expense_type_key,
        {{ member_key('expense_categories.expense_category_key') }}
            as expense_category_key,
        members.expense_type_id,
        members.expense_type_name
    from members
    left join expense_categories
        on members.expense_category_id = expense_categories.expense_category_id

)

select * from keyed
