-- The quantity held by known lots, less that taken from the opening balance, is the
-- plain sum of all flows, computed without the engine's running sums. A flow cancelled
-- by a correction without units counts as zero in units. Where a product has split,
-- each flow counts in units of the as-of date, and the parts of a unit that splits left
-- over count too; the sum is then rounded once.
with

events as (

    select * from {{ ref('int_lot_events_ordered') }}

),

balances as (

    select * from {{ ref('int_balances_held') }}

),

flows as (

    select * from {{ ref('int_flows_attributed') }}

),

flow_classes as (

    select * from {{ ref('flow_classes') }}

),

splits as (

    select * from {{ ref('int_share_splits_derived') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

netted as (

    select
        flows.original_flow_id,
        flows.product_id,
        coalesce(flows.account_id, 'unassigned') as account_id,
        sum(flows.lot_sign * flows.amount) as amount,
        case
            when count(*) = count(flows.units) then sum(
                flows.lot_sign * flows.units
                * coalesce(cast(splits.units_now as double precision), 1)
                / coalesce(cast(splits.units_then as double precision), 1)
            )
        end as restated_units,
        case
            when count(*) = count(flows.units) then sum(flows.lot_sign * flows.units)
        end as units
    from flows
    cross join as_of
    inner join flow_classes
        on flows.flow_class = flow_classes.flow_class
    left join splits
        on
            flows.product_id = splits.product_id
            and flows.trade_date >= splits.valid_from
            and flows.trade_date < splits.valid_to
    where
        flows.lot_sign <> 0
        and flows.trade_date <= as_of.as_of_date
        and not flow_classes.restates_units
    group by
        flows.original_flow_id,
        flows.product_id,
        coalesce(flows.account_id, 'unassigned')

),

summed as (

    select
        account_id,
        product_id,
        sum(units) as units,
        sum(restated_units) as restated_units,
        sum(amount) as amount
    from netted
    group by account_id, product_id

),

split_remainders as (

    select
        events.account_id,
        events.product_id,
        sum(events.signed_quantity) as remainder_units
    from events
    inner join flows
        on events.flow_id = flows.flow_id
    inner join flow_classes
        on flows.flow_class = flow_classes.flow_class
    where flow_classes.restates_units
    group by events.account_id, events.product_id

),

split_products as (

    select distinct product_id
    from splits

),

unmatched as (

    select
        account_id,
        product_id,
        sum(unmatched_quantity) as unmatched_quantity
    from events
    group by account_id, product_id

),

held as (

    select
        balances.account_id,
        balances.product_id,
        balances.basis,
        balances.held_quantity
    from balances
    inner join as_of
        on
            balances.valid_from <= as_of.as_of_date
            and balances.valid_to > as_of.as_of_date

)

select
    held.account_id,
    held.product_id,
    held.basis,
    held.held_quantity,
    unmatched.unmatched_quantity,
    summed.units,
    summed.amount
from held
inner join unmatched
    on
        held.account_id = unmatched.account_id
        and held.product_id = unmatched.product_id
left join summed
    on
        held.account_id = summed.account_id
        and held.product_id = summed.product_id
left join split_remainders
    on
        held.account_id = split_remainders.account_id
        and held.product_id = split_remainders.product_id
left join split_products
    on held.product_id = split_products.product_id
where
    case
        when held.basis = 'units' and split_products.product_id is not null
            then abs(
                held.held_quantity
                - unmatched.unmatched_quantity
                - coalesce(summed.restated_units, 0)
                - coalesce(split_remainders.remainder_units, 0)
            ) > 0.000003
        else
            held.held_quantity - unmatched.unmatched_quantity
            <> case held.basis
                when 'units' then summed.units
                else cast(summed.amount as numeric(38, 6))
            end
    end
