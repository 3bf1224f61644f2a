-- In every month, the expense that wholesalers bear equals the expense in the feed.
with

borne as (

    select
        expense_month,
        sum(direct_expense_amount) as direct_expense_amount,
        sum(direct_expense_amount + allocated_expense_amount) as expense_amount
    from {{ ref('int_expenses_allocated') }}
    group by expense_month

),

spent as (

    select
        {{ month_start('expense_date') }} as expense_month,
        coalesce(
            sum(case when wholesaler_id is not null then amount end), 0
        ) as direct_expense_amount,
        sum(amount) as expense_amount
    from {{ ref('stg_distribution__distribution_expenses') }}
    group by {{ month_start('expense_date') }}

)

select
    spent.expense_month,
    spent.direct_expense_amount,
    borne.direct_expense_amount as borne_direct_expense_amount,
    spent.expense_amount,
    borne.expense_amount as borne_expense_amount
from spent
full join borne
    on spent.expense_month = borne.expense_month
where
    spent.direct_expense_amount is distinct from borne.direct_expense_amount
    or spent.expense_amount is distinct from borne.expense_amount
