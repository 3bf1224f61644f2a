-- Movements whose money and units, net of corrections, do not fit each other: money
-- that moved no unit of a holding kept in units, or one came in while the other went
-- out. They count in flows by their money and in lots by their units.
{{ config(severity='warn') }}

with

lot_flows as (

    select * from {{ ref('int_lot_flows_netted') }}

)

select
    flow_id,
    account_id,
    product_id,
    flow_class,
    trade_date,
    amount,
    quantity,
    case
        when quantity = 0 then 'money moved, and no unit did'
        else 'money and units moved in opposite directions'
    end as reason
from lot_flows
where
    basis = 'units'
    and (
        (quantity = 0 and amount <> 0)
        or (quantity > 0 and amount < 0)
        or (quantity < 0 and amount > 0)
    )
