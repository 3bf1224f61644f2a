-- The quantity held by known lots, less that taken from the opening balance, is the
-- plain sum of all flows, computed without the engine's running sums. A flow cancelled
-- by a correction without units counts as zero in units.
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
            when count(*) = count(flows.units) then sum(flows.lot_sign * flows.units)
        end as units
    from flows
    cross join as_of
    where
        flows.lot_sign <> 0
        and flows.trade_date <= as_of.as_of_date
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
        sum(amount) as amount
    from netted
    group by account_id, product_id

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
where
    held.held_quantity - unmatched.unmatched_quantity
    <> case held.basis
        when 'units' then summed.units
        else cast(summed.amount as numeric(38, 6))
    end
