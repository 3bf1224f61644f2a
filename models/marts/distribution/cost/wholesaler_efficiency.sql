{%- set relief_method = chosen_setting('default_relief_method', relief_methods()) -%}
{%- set age_days = chosen_setting('efficiency_retention_age', retention_ages()) -%}

with

net_flows as (

    select * from {{ ref('net_flows_monthly') }}

),

lots as (

    select * from {{ ref('int_lots_valued') }}

),

flows as (

    select * from {{ ref('fact_aum_flows') }}

),

snapshots as (

    select * from {{ ref('fact_retention_snapshots') }}

),

revenue as (

    select * from {{ ref('fact_revenue') }}

),

expenses as (

    select * from {{ ref('int_expenses_allocated') }}

),

wholesalers as (

    select * from {{ ref('dim_wholesalers') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

compensation as (

    select * from {{ ref('fact_wholesaler_comp') }}

),

sales as (

    select
        flow_month as activity_month,
        wholesaler_key,
        sum(gross_sales_amount) as gross_sales_amount,
        sum(redemption_amount) as redemption_amount,
        sum(firm_net_flow_amount) as firm_net_flow_amount
    from net_flows
    group by flow_month, wholesaler_key

),

retained as (

    select
        {{ month_start('trade_date') }} as activity_month,
        wholesaler_key,
        sum(original_amount) as matured_sales_amount,
        sum(retained_amount) as retained_amount
    from snapshots
    where
        is_cohort_member
        and relief_method = '{{ relief_method }}'
        and age_days = {{ age_days }}
    group by {{ month_start('trade_date') }}, wholesaler_key

),

-- Annual revenue of what is still held of the month's sales, at the price and fee of
-- the as-of date.
still_held as (

    select
        {{ month_start('lots.trade_date') }} as activity_month,
        flows.wholesaler_key,
        cast(sum(lots.annual_revenue) as numeric(18, 2))
            as retained_annual_revenue_amount
    from lots
    inner join flows
        on lots.flow_id = flows.flow_id
    where
        lots.is_cohort_member
        and lots.relief_method = '{{ relief_method }}'
    group by {{ month_start('lots.trade_date') }}, flows.wholesaler_key

),

earned as (

    select
        revenue_month as activity_month,
        wholesaler_key,
        sum(revenue_amount) as revenue_amount
    from revenue
    group by revenue_month, wholesaler_key

),

spent as (

    select
        expenses.expense_month as activity_month,
        wholesalers.wholesaler_key,
        expenses.direct_expense_amount,
        expenses.allocated_expense_amount,
        expenses.direct_expense_amount
        + expenses.allocated_expense_amount as expense_amount
    from expenses
    inner join wholesalers
        on expenses.wholesaler_id = wholesalers.wholesaler_id

),

paid as (

    select
        {{ month_start('period_end_date') }} as activity_month,
        wholesaler_key,
        sum(compensation_amount) as compensation_amount
    from compensation
    group by {{ month_start('period_end_date') }}, wholesaler_key

),

wholesaler_months as (

    select
        activity_month,
        wholesaler_key
    from sales

    union

    select
        activity_month,
        wholesaler_key
    from earned

    union

    select
        activity_month,
        wholesaler_key
    from spent

    union

    select
        activity_month,
        wholesaler_key
    from paid

),

joined as (

    select
        wholesaler_months.activity_month,
        wholesaler_months.wholesaler_key,
        retained.matured_sales_amount,
        retained.retained_amount,
        {{ add_days(
            next_month_start('wholesaler_months.activity_month'), age_days
        ) }} <= {{ add_days('as_of.as_of_date', 1) }} as is_retention_mature,
        earned.revenue_amount,
        still_held.retained_annual_revenue_amount,
        coalesce(sales.gross_sales_amount, 0) as gross_sales_amount,
        coalesce(sales.redemption_amount, 0) as redemption_amount,
        coalesce(sales.firm_net_flow_amount, 0) as firm_net_flow_amount,
        coalesce(spent.direct_expense_amount, 0) as direct_expense_amount,
        coalesce(spent.allocated_expense_amount, 0) as allocated_expense_amount,
        coalesce(spent.expense_amount, 0) as expense_amount,
        coalesce(paid.compensation_amount, 0) as compensation_amount,
        coalesce(spent.expense_amount, 0)
        + coalesce(paid.compensation_amount, 0) as total_cost_amount
    from wholesaler_months
    cross join as_of
    left join sales
        on
            wholesaler_months.activity_month = sales.activity_month
            and wholesaler_months.wholesaler_key = sales.wholesaler_key
    left join retained
        on
            wholesaler_months.activity_month = retained.activity_month
            and wholesaler_months.wholesaler_key = retained.wholesaler_key
    left join still_held
        on
            wholesaler_months.activity_month = still_held.activity_month
            and wholesaler_months.wholesaler_key = still_held.wholesaler_key
    left join earned
        on
            wholesaler_months.activity_month = earned.activity_month
            and wholesaler_months.wholesaler_key = earned.wholesaler_key
    left join spent
        on
            wholesaler_months.activity_month = spent.activity_month
            and wholesaler_months.wholesaler_key = spent.wholesaler_key
    left join paid
        on
            wholesaler_months.activity_month = paid.activity_month
            and wholesaler_months.wholesaler_key = paid.wholesaler_key

),

measured as (

    select
        activity_month,
        wholesaler_key,
        cast(gross_sales_amount as numeric(18, 2)) as gross_sales_amount,
        cast(redemption_amount as numeric(18, 2)) as redemption_amount,
        cast(firm_net_flow_amount as numeric(18, 2)) as firm_net_flow_amount,
        cast(matured_sales_amount as numeric(18, 2)) as matured_sales_amount,
        cast(retained_amount as numeric(18, 2)) as retained_amount,
        cast(revenue_amount as numeric(18, 2)) as revenue_amount,
        retained_annual_revenue_amount,
        cast(direct_expense_amount as numeric(18, 2)) as direct_expense_amount,
        cast(allocated_expense_amount as numeric(18, 2)) as allocated_expense_amount,
        cast(expense_amount as numeric(18, 2)) as expense_amount,
        cast(compensation_amount as numeric(18, 2)) as compensation_amount,
        cast(total_cost_amount as numeric(18, 2)) as total_cost_amount,
        {{ age_days }} as retention_age_days,
        is_retention_mature,
        {{ ratio('retained_amount', 'matured_sales_amount') }} as retention_rate,
        {{ ratio('total_cost_amount * 10000', 'gross_sales_amount', scale=4) }}
            as cost_per_gross_sale_bps,
        {{ ratio('total_cost_amount * 10000', 'firm_net_flow_amount', scale=4) }}
            as cost_per_net_sale_bps,
        {{ ratio(
            'total_cost_amount * 10000',
            'case when is_retention_mature then retained_amount end',
            scale=4
        ) }} as cost_per_retained_sale_bps,
        {{ ratio(
            'retained_annual_revenue_amount - total_cost_amount',
            'total_cost_amount'
        ) }} as distribution_roi_rate,
        {{ ratio(
            'total_cost_amount * 12',
            'retained_annual_revenue_amount',
            scale=4
        ) }} as payback_months
    from joined

)

select * from measured
