{%- set window_months = whole_number_setting('activity_window_months', least=1) %}

-- The firm's active accounts are those of the month before, plus new and reactivated
-- ones, less lost ones. They are also those that bought in the window, counted from
-- flows.
with

activity as (

    select * from {{ ref('account_activity_monthly') }}

),

flows as (

    select * from {{ ref('fact_aum_flows') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

firm_months as (

    select
        activity_month,
        sum(active_accounts) as active_accounts,
        sum(new_accounts + reactivated_accounts - lost_accounts) as net_change
    from activity
    group by activity_month

),

sales as (

    select
        flows.account_key,
        {{ month_start('flows.trade_date') }} as sale_month
    from flows
    cross join as_of
    where
        flows.trade_date <= as_of.as_of_date
        and flows.account_key <> {{ unassigned_key() }}
    group by flows.account_key, {{ month_start('flows.trade_date') }}
    having sum(flows.gross_sales_amount) > 0

),

buyers as (

    select
        firm_months.activity_month,
        count(distinct sales.account_key) as buyers
    from firm_months
    left join sales
        on
            firm_months.activity_month >= sales.sale_month
            and firm_months.activity_month
            < sales.sale_month + interval '{{ window_months }} months'
    group by firm_months.activity_month

),

rolled as (

    select
        firm_months.*,
        buyers.buyers,
        coalesce(
            lag(firm_months.active_accounts) over (order by firm_months.activity_month),
            0
        ) + firm_months.net_change as rolled_accounts
    from firm_months
    inner join buyers
        on firm_months.activity_month = buyers.activity_month

)

select *
from rolled
where
    active_accounts <> rolled_accounts
    or active_accounts <> buyers
