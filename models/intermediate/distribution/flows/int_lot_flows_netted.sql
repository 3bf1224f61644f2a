with

flows as (

    select * from {{ ref('int_flows_classified') }}

),

flow_classes as (

    select * from {{ ref('flow_classes') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

-- A split costs nothing, whatever value of its units a source reports.
lot_flows as (

    select
        flows.flow_id,
        flows.original_flow_id,
        flows.product_id,
        flows.flow_class,
        flows.transfer_id,
        flows.units,
        flows.lot_sign,
        flows.is_cohort_member,
        flows.trade_date,
        case when flow_classes.restates_units then 0 else flows.amount end as amount,
        coalesce(flows.account_id, 'unassigned') as account_id
    from flows
    cross join as_of
    left join flow_classes
        on flows.flow_class = flow_classes.flow_class
    where
        flows.lot_sign <> 0
        and flows.trade_date <= as_of.as_of_date

),

-- Where a correction has no units, the netted flow has none either.
corrections as (

    select
        original_flow_id,
        account_id,
        product_id,
        cast(sum(amount) as numeric(18, 2)) as amount,
        cast(
            case when count(*) = count(units) then sum(units) end as numeric(18, 6)
        ) as units,
        min({{ bytewise('flow_id') }}) as flow_id
    from lot_flows
    where flow_id <> original_flow_id
    group by original_flow_id, account_id, product_id

),

netted_originals as (

    select
        lot_flows.flow_id,
        lot_flows.original_flow_id,
        lot_flows.account_id,
        lot_flows.product_id,
        lot_flows.flow_class,
        lot_flows.transfer_id,
        cast(
            lot_flows.amount + coalesce(corrections.amount, 0) as numeric(18, 2)
        ) as amount,
        cast(
            case
                when corrections.flow_id is null then lot_flows.units
                else lot_flows.units + corrections.units
            end as numeric(18, 6)
        ) as units,
        lot_flows.lot_sign,
        lot_flows.is_cohort_member,
        lot_flows.trade_date
    from lot_flows
    left join corrections
        on
            lot_flows.flow_id = corrections.original_flow_id
            and lot_flows.account_id = corrections.account_id
            and lot_flows.product_id = corrections.product_id
    where lot_flows.flow_id = lot_flows.original_flow_id

),

-- A correction may book the flow to another account, as when an omnibus trade is
-- resolved. There it is a separate lot with the original's date.
rebooked_flows as (

    select
        corrections.flow_id,
        corrections.original_flow_id,
        corrections.account_id,
        corrections.product_id,
        lot_flows.flow_class,
        lot_flows.transfer_id,
        corrections.amount,
        corrections.units,
        lot_flows.lot_sign,
        lot_flows.is_cohort_member,
        lot_flows.trade_date
    from corrections
    inner join lot_flows
        on corrections.flow_id = lot_flows.flow_id
    left join netted_originals
        on
            corrections.original_flow_id = netted_originals.flow_id
            and corrections.account_id = netted_originals.account_id
            and corrections.product_id = netted_originals.product_id
    where netted_originals.flow_id is null

),

netted_flows as (

    select * from netted_originals
    union all
    select * from rebooked_flows

),

-- Units and money are never mixed in a queue: one flow without units sets the basis of
-- all. Few holdings have one, so a join to them costs less than a window over all
-- flows.
money_holdings as (

    select distinct
        account_id,
        product_id
    from netted_flows
    where
        units is null
        and amount <> 0

),

quantified_flows as (

    select
        netted_flows.flow_id,
        netted_flows.original_flow_id,
        netted_flows.account_id,
        netted_flows.product_id,
        netted_flows.flow_class,
        netted_flows.transfer_id,
        netted_flows.amount,
        cast(
            case
                when money_holdings.account_id is null
                    then coalesce(netted_flows.units, 0)
                else netted_flows.amount
            end as numeric(18, 6)
        ) as quantity,
        netted_flows.lot_sign,
        netted_flows.trade_date,
        case when money_holdings.account_id is null then 'units' else 'amount' end
            as basis,
        -- Units that corrections left at a negative cost were not sold.
        netted_flows.is_cohort_member
        and netted_flows.amount >= 0 as is_cohort_member
    from netted_flows
    left join money_holdings
        on
            netted_flows.account_id = money_holdings.account_id
            and netted_flows.product_id is not distinct from money_holdings.product_id

)

select * from quantified_flows
