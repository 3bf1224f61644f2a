{%- set top_advisors = whole_number_setting('concentration_top_advisors', least=1) -%}
-- Shares are squared at this scale, so that no sum of squares outgrows 38 digits.
{%- set share_scale = 12 %}

with

flows as (

    select * from {{ ref('net_flows_monthly') }}

),

months as (

    select * from {{ ref('int_months_windowed') }}

),

monthly_sales as (

    select
        flow_month,
        wholesaler_key,
        advisor_key,
        sum(gross_sales_amount) as gross_sales_amount
    from flows
    where advisor_key <> {{ unassigned_key() }}
    group by flow_month, wholesaler_key, advisor_key

),

wholesaler_sales as (

    select
        'wholesaler' as scope,
        months.month_start_date as sales_month,
        months.is_partial,
        monthly_sales.wholesaler_key,
        monthly_sales.advisor_key,
        sum(monthly_sales.gross_sales_amount) as sales_amount
    from months
    inner join monthly_sales
        on
            months.window_start_date <= monthly_sales.flow_month
            and months.month_start_date >= monthly_sales.flow_month
    group by
        months.month_start_date,
        months.is_partial,
        monthly_sales.wholesaler_key,
        monthly_sales.advisor_key

),

-- Shares do not add up over wholesalers, so the firm has rows of its own.
firm_sales as (

    select
        'firm' as scope,
        sales_month,
        is_partial,
        {{ unassigned_key() }} as wholesaler_key,
        advisor_key,
        sum(sales_amount) as sales_amount
    from wholesaler_sales
    group by sales_month, is_partial, advisor_key

),

sales as (

    select * from wholesaler_sales
    union all
    select * from firm_sales

),

-- An advisor whose sales are zero or below after cancels has no share, and lowers
-- nobody else's.
ranked as (

    select
        *,
        row_number() over (
            partition by scope, sales_month, wholesaler_key
            order by sales_amount desc, advisor_key asc
        ) as sales_rank,
        sum(sales_amount) over (
            partition by scope, sales_month, wholesaler_key
        ) as total_amount
    from sales
    where sales_amount > 0

),

shared as (

    select
        *,
        {{ ratio('sales_amount', 'total_amount', scale=share_scale) }} as sales_share
    from ranked

),

squared as (

    select
        *,
        cast(sales_share as numeric(18, {{ share_scale }})) * sales_share
            as squared_share
    from shared

),

summed as (

    select
        scope,
        sales_month,
        is_partial,
        wholesaler_key,
        count(*) as selling_advisors,
        sum(sales_amount) as sales_amount,
        sum(case when sales_rank <= {{ top_advisors }} then sales_amount else 0 end)
            as top_sales_amount,
        sum(squared_share) as squared_shares
    from squared
    group by scope, sales_month, is_partial, wholesaler_key

),

measured as (

    select
        sales_month,
        scope,
        wholesaler_key,
        is_partial,
        cast(selling_advisors as integer) as selling_advisors,
        cast(sales_amount as numeric(18, 2)) as window_gross_sales_amount,
        cast(top_sales_amount as numeric(18, 2)) as top_gross_sales_amount,
        {{ ratio('top_sales_amount', 'sales_amount') }} as top_share_rate,
        cast(round(squared_shares, 8) as numeric(18, 8)) as herfindahl_rate
    from summed

)

select * from measured
