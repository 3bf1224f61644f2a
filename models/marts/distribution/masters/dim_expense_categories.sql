with

expense_categories as (

    select * from {{ ref('stg_distribution__expense_categories') }}

),

members as (

    select
        expense_category_id,
        expense_category_name
    from expense_categories
    where expense_category_id <> 'unassigned'

    union all

    select
        'unassigned' as expense_category_id,
        'Unassigned' as expense_category_name

),

keyed as (

    select
        {{ surrogate_key(['expense_category_id']) }} as expense_category_key,
        expense_category_id,
        expense_category_name
    from members

)

select * from keyed
