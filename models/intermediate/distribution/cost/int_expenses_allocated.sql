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

-- An expense of somebody whom no feed knows is nobody else's to bear.
dated as (

    select
        {{ month_start('expenses.expense_date') }} as expense_month,
        expenses.wholesaler_id is null as is_team_wide,
        coalesce(wholesalers.wholesaler_id, 'unassigned') as wholesaler_id,
        expenses.amount
    from expenses
    left join wholesalers
        on expenses.wholesaler_id = wholesalers.wholesaler_id

),

direct as (

    select
        expense_month,
        wholesaler_id,
        sum(amount) as direct_expense_amount
    from dated
    where not is_team_wide
    group by expense_month, wholesaler_id

),

team_wide as (

    select
        expense_month,
        {{ next_month_start('expense_month') }} as next_month,
        sum(amount) as team_amount
    from dated
    where is_team_wide
    group by expense_month

),

sold as (

    select
        {{ month_start('flows.trade_date') }} as expense_month,
        flows.wholesaler_id,
        sum(flows.gross_sales_amount) as gross_sales_amount
    from flows
    cross join as_of
    where flows.trade_date <= as_of.as_of_date
    group by {{ month_start('flows.trade_date') }}, flows.wholesaler_id

),

-- Who was employed on a day of the month bears by head; who sold bears by gross sales.
weighed as (

    select
        team_wide.expense_month,
        team_wide.team_amount,
        wholesalers.wholesaler_id,
        case '{{ expense_allocation }}'
            when 'headcount'
                then cast(
                    case
                        when
                            coalesce(
                                wholesalers.hired_date, {{ start_of_time() }}
                            ) < team_wide.next_month
                            and coalesce(
                                wholesalers.left_date, {{ end_of_time() }}
                            ) > team_wide.expense_month
                            then 1
                        else 0
                    end as numeric(38, 2)
                )
            when 'gross_sales'
                then cast(
                    greatest(coalesce(sold.gross_sales_amount, 0), 0)
                    as numeric(38, 2)
                )
            else cast(0 as numeric(38, 2))
        end as weight
    from team_wide
    cross join wholesalers
    left join sold
        on
            team_wide.expense_month = sold.expense_month
            and wholesalers.wholesaler_id = sold.wholesaler_id

),

scaled as (

    select
        expense_month,
        wholesaler_id,
        sign(team_amount) as team_sign,
        {{ scaled_integer('abs(team_amount)', 2) }} as team_cents,
        {{ scaled_integer('weight', 2) }} as weight,
        sum({{ scaled_integer('weight', 2) }}) over (
            partition by expense_month
        ) as total_weight
    from weighed

),

shared as (

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
    from scaled
    where total_weight > 0 and weight > 0

),

left_over as (

    select
        team_wide.expense_month,
        'unassigned' as wholesaler_id,
        team_wide.team_amount as allocated_expense_amount
    from team_wide
    left join shared
        on team_wide.expense_month = shared.expense_month
    where shared.expense_month is null

),

parts as (

    select
        expense_month,
        wholesaler_id,
        cast(direct_expense_amount as numeric(18, 2)) as direct_expense_amount,
        cast(0 as numeric(18, 2)) as allocated_expense_amount
    from direct

    union all

    select
        expense_month,
        wholesaler_id,
        cast(0 as numeric(18, 2)) as direct_expense_amount,
        allocated_expense_amount
    from shared

    union all

    select
        expense_month,
        wholesaler_id,
        cast(0 as numeric(18, 2)) as direct_expense_amount,
        cast(allocated_expense_amount as numeric(18, 2)) as allocated_expense_amount
    from left_over

),

allocated as (

    select
        expense_month,
        wholesaler_id,
        cast(sum(direct_expense_amount) as numeric(18, 2)) as direct_expense_amount,
        cast(sum(allocated_expense_amount) as numeric(18, 2))
            as allocated_expense_amount
    from parts
    group by expense_month, wholesaler_id

)

select * from allocated
