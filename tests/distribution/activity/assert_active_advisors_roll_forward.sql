{%- set window_months = whole_number_setting('activity_window_months', least=1) %}

-- The firm's active advisors are those of the month before, plus new and reactivated,
-- less lost advisors. They are also those who sold in the window, counted from flows.
with

activity as (

    select * from {{ ref('advisor_activity_monthly') }}

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
        sum(active_advisors) as active_advisors,
        sum(new_advisors + reactivated_advisors - lost_advisors) as net_change
    from activity
    group by activity_month

),

sales as (

    select
        flows.advisor_key,
        {{ month_start('flows.trade_date') }} as sale_month
    from flows
    cross join as_of
    where
        flows.trade_date <= as_of.as_of_date
        and flows.advisor_key <> {{ unassigned_key() }}
    group by flows.advisor_key, {{ month_start('flows.trade_date') }}
    having sum(flows.gross_sales_amount) > 0

),

sellers as (

    select
        firm_months.activity_month,
        count(distinct sales.advisor_key) as sellers
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
        sellers.sellers,
        coalesce(
            lag(firm_months.active_advisors) over (order by firm_months.activity_month),
            0
        ) + firm_months.net_change as rolled_advisors
    from firm_months
    inner join sellers
        on firm_months.activity_month = sellers.activity_month

)

select *
from rolled
where
    active_advisors <> rolled_advisors
    or active_advisors <> sellers
