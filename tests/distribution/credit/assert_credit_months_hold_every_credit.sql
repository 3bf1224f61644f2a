-- No credit is lost in any month: each attribution mode, role and time mode has the
-- total of the fact.
with

credits as (

    select * from {{ ref('fact_sales_credit') }}

),

monthly as (

    select * from {{ ref('sales_credit_monthly') }}

),

fact_totals as (

    select
        attribution_mode,
        role,
        wholesaler_key,
        sum(gross_sales_credit_amount) as gross_sales_credit_amount,
        sum(redemption_credit_amount) as redemption_credit_amount,
        sum(firm_net_flow_credit_amount) as firm_net_flow_credit_amount
    from credits
    group by attribution_mode, role, wholesaler_key

),

month_totals as (

    select
        time_mode,
        attribution_mode,
        role,
        wholesaler_key,
        sum(gross_sales_credit_amount) as gross_sales_credit_amount,
        sum(redemption_credit_amount) as redemption_credit_amount,
        sum(firm_net_flow_credit_amount) as firm_net_flow_credit_amount
    from monthly
    group by time_mode, attribution_mode, role, wholesaler_key

),

time_modes as (

    select 'event' as time_mode
    union all
    select 'booked' as time_mode

),

expected as (

    select
        fact_totals.*,
        time_modes.time_mode
    from fact_totals
    cross join time_modes

)

select
    expected.*,
    month_totals.gross_sales_credit_amount as monthly_gross_sales_credit_amount
from expected
left join month_totals
    on
        expected.time_mode = month_totals.time_mode
        and expected.attribution_mode = month_totals.attribution_mode
        and expected.role = month_totals.role
        and expected.wholesaler_key = month_totals.wholesaler_key
where
    month_totals.wholesaler_key is null
    or expected.gross_sales_credit_amount <> month_totals.gross_sales_credit_amount
    or expected.redemption_credit_amount <> month_totals.redemption_credit_amount
    or expected.firm_net_flow_credit_amount <> month_totals.firm_net_flow_credit_amount
