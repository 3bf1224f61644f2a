{%- set expense_allocation = chosen_setting(
    'expense_allocation', ['none', 'headcount', 'gross_sales']
) -%}

with

expenses as (

    select * from {{ ref('stg_distribution__distribution_expenses') }}

),

wholesalers as (

    select * from {{ ref('stg_distribution__wholesalers') }}

),

flows as (

    select * from {{ ref('int_flows_attributed') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

-- An expense of a wholesaler who is in no feed goes to `unassigned`, not to the team.
monthly_expenses as (

    select
        {{ month_start('expenses.expense_date') }} as expense_month,
        expenses.wholesaler_id is null as is_team_wide,
        coalesce(wholesalers.wholesaler_id, 'unassigned') as wholesaler_id,
        expenses.amount
    from expenses
    left join wholesalers
        on expenses.wholesaler_id = wholesalers.wholesaler_id

),

direct_expenses as (

    select
        expense_month,
        wholesaler_id,
        sum(amount) as direct_expense_amount
    from monthly_expenses
    where not is_team_wide
    group by expense_month, wholesaler_id

),

team_expenses as (

    select
        expense_month,
        {{ next_month_start('expense_month') }} as next_month,
        sum(amount) as team_amount
    from monthly_expenses
    where is_team_wide
    group by expense_month

),

monthly_sales as (

    select
        {{ month_start('flows.trade_date') }} as expense_month,
        flows.wholesaler_id,
        sum(flows.gross_sales_amount) as gross_sales_amount
    from flows
    cross join as_of
    where flows.trade_date <= as_of.as_of_date
    group by {{ month_start('flows.trade_date') }}, flows.wholesaler_id

),

-- By headcount, wholesalers employed on a day of the month bear equal parts. By gross
-- sales, they bear parts in proportion to their sales.
weighted_wholesalers as (

    select
        team_expenses.expense_month,
        team_expenses.team_amount,
        wholesalers.wholesaler_id,
        case '{{ expense_allocation }}'
            when 'headcount'
                then cast(
                    case
                        when
                            coalesce(
                                wholesalers.hired_date, {{ start_of_time() }}
                            ) < team_expenses.next_month
                            and coalesce(
                                wholesalers.left_date, {{ end_of_time() }}
                            ) > team_expenses.expense_month
                            then 1
                        else 0
                    end as numeric(38, 2)
                )
            when 'gross_sales'
                then cast(
                    greatest(coalesce(monthly_sales.gross_sales_amount, 0), 0)
                    as numeric(38, 2)
                )
            else cast(0 as numeric(38, 2))
        end as weight
    from team_expenses
    cross join wholesalers
    left join monthly_sales
        on
            team_expenses.expense_month = monthly_sales.expense_month
            and wholesalers.wholesaler_id = monthly_sales.wholesaler_id

),

scaled_weights as (

    select
        expense_month,
        wholesaler_id,
        sign(team_amount) as team_sign,
        {{ scaled_integer('abs(team_amount)', 2) }} as team_cents,
        {{ scaled_integer('weight', 2) }} as weight,
        sum({{ scaled_integer('weight', 2) }}) over (
            partition by expense_month
        ) as total_weight
    from weighted_wholesalers

),

team_shares as (

    select
        expense_month,
        wholesaler_id,
        cast(
            team_sign * (
                {{ largest_remainder(
                    'team_cents',
                    'weight',
                    'total_weight',
                    'expense_month',
                    bytewise('wholesaler_id')
                ) }}
            ) * {{ decimal_unit(2) }} as numeric(18, 2)
        ) as allocated_expense_amount
    from scaled_weights
    where total_weight > 0 and weight > 0

),

unshared_expenses as (

    select
        team_expenses.expense_month,
        'unassigned' as wholesaler_id,
        team_expenses.team_amount as allocated_expense_amount
    from team_expenses
    left join team_shares
        on team_expenses.expense_month = team_shares.expense_month
    where team_shares.expense_month is null

),

expense_parts as (

    select
        expense_month,
        wholesaler_id,
        cast(direct_expense_amount as numeric(18, 2)) as direct_expense_amount,
        cast(0 as numeric(18, 2)) as allocated_expense_amount
    from direct_expenses

    union all

    select
        expense_month,
        wholesaler_id,
        cast(0 as numeric(18, 2)) as direct_expense_amount,
        allocated_expense_amount
    from team_shares

    union all

    select
        expense_month,
        wholesaler_id,
        cast(0 as numeric(18, 2)) as direct_expense_amount,
        cast(allocated_expense_amount as numeric(18, 2)) as allocated_expense_amount
    from unshared_expenses

),

allocated_expenses as (

    select
        expense_month,
        wholesaler_id,
        cast(sum(direct_expense_amount) as numeric(18, 2)) as direct_expense_amount,
        cast(sum(allocated_expense_amount) as numeric(18, 2))
            as allocated_expense_amount
    from expense_parts
    group by expense_month, wholesaler_id

)

select * from allocated_expenses
