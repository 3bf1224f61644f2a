{{ config(meta={'parts_of': 'fact_aum_flows'}) }}
-- In every mode and role the credit of a flow equals the flow, to the cent. So each
-- mode adds up to the firm, and no flow is lost or credited twice.
with

credits as (

    select * from {{ ref('fact_sales_credit') }}
    where {{ is_changed('credit') }}

),

flows as (

    select * from {{ ref('fact_aum_flows') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

counted_flows as (

    select flows.*
    from flows
    cross join as_of
    where
        {{ is_changed('credit') }}
        and flows.trade_date <= as_of.as_of_date
        and (
            flows.gross_sales_amount <> 0
            or flows.redemption_amount <> 0
            or flows.firm_net_flow_amount <> 0
        )

),

modes as (

    select 'as_was' as attribution_mode
    union all
    select 'as_is' as attribution_mode
    union all
    select 'as_paid' as attribution_mode

),

credited as (

    select
        flow_id,
        attribution_mode,
        role,
        sum(gross_sales_credit_amount) as gross_sales_credit_amount,
        sum(redemption_credit_amount) as redemption_credit_amount,
        sum(firm_net_flow_credit_amount) as firm_net_flow_credit_amount,
        sum(split_rate) as split_rate
    from credits
    group by flow_id, attribution_mode, role

),

-- Every flow has external credit; other roles are checked where they have credit.
expected as (

    select
        counted_flows.flow_id,
        modes.attribution_mode,
        'external' as role,
        counted_flows.gross_sales_amount,
        counted_flows.redemption_amount,
        counted_flows.firm_net_flow_amount
    from counted_flows
    cross join modes

    union all

    select
        counted_flows.flow_id,
        credited.attribution_mode,
        credited.role,
        counted_flows.gross_sales_amount,
        counted_flows.redemption_amount,
        counted_flows.firm_net_flow_amount
    from counted_flows
    inner join credited
        on counted_flows.flow_id = credited.flow_id
    where
        credited.role <> 'external'
        -- Paid credit may have been reversed as a whole.
        and (credited.attribution_mode <> 'as_paid' or credited.split_rate <> 0)

)

select
    expected.gross_sales_amount,
    credited.gross_sales_credit_amount,
    expected.redemption_amount,
    credited.redemption_credit_amount,
    expected.firm_net_flow_amount,
    credited.firm_net_flow_credit_amount,
    credited.split_rate,
    coalesce(expected.flow_id, credited.flow_id) as flow_id,
    coalesce(expected.attribution_mode, credited.attribution_mode) as attribution_mode,
    coalesce(expected.role, credited.role) as role
from expected
full outer join credited
    on
        expected.flow_id = credited.flow_id
        and expected.attribution_mode = credited.attribution_mode
        and expected.role = credited.role
where
    credited.flow_id is null
    or (expected.flow_id is null and credited.gross_sales_credit_amount <> 0)
    or (expected.flow_id is null and credited.redemption_credit_amount <> 0)
    or (expected.flow_id is null and credited.firm_net_flow_credit_amount <> 0)
    or expected.gross_sales_amount <> credited.gross_sales_credit_amount
    or expected.redemption_amount <> credited.redemption_credit_amount
    or expected.firm_net_flow_amount <> credited.firm_net_flow_credit_amount
    or (expected.flow_id is not null and abs(1 - credited.split_rate) > 0.000001)
