-- Redemptions equal what they took from lots and from the opening balance, by quantity,
-- from the queue of events. The marts have the same money as the lots' reliefs.
with

events as (

    select * from {{ ref('int_lot_events_ordered') }}

),

flows as (

    select * from {{ ref('int_flows_attributed') }}

),

flow_classes as (

    select * from {{ ref('flow_classes') }}

),

reliefs as (

    select * from {{ ref('int_lots_redeemed') }}

),

redemptions as (

    select
        events.flow_id,
        -events.signed_quantity - events.unmatched_quantity as known_quantity
    from events
    inner join flows
        on events.flow_id = flows.flow_id
    inner join flow_classes
        on flows.flow_class = flow_classes.flow_class
    where
        events.signed_quantity < 0
        and flow_classes.redemption_sign <> 0

),

relieved as (

    select
        relieving_flow_id,
        count(*) as lots,
        sum(relieved_quantity) as relieved_quantity
    from reliefs
    group by relieving_flow_id

),

amounts as (

    select
        (select sum(relieved_amount) from reliefs) as relieved_amount,
        (select sum(relieved_amount) from {{ ref('holding_periods') }})
            as published_amount,
        (
            select sum(relieved_amount) from reliefs
            where is_early
        ) as early_amount,
        (select sum(early_redemption_amount) from {{ ref('holding_periods') }})
            as published_early_amount

)

select
    'redemption ' || redemptions.flow_id as broken,
    redemptions.known_quantity as expected,
    relieved.relieved_quantity as found
from redemptions
left join relieved
    on redemptions.flow_id = relieved.relieving_flow_id
where
    -- Pro rata rounds each lot to a millionth.
    abs(redemptions.known_quantity - coalesce(relieved.relieved_quantity, 0))
    > coalesce(relieved.lots, 0) * {{ 0.000001
        if var('default_relief_method') == 'pro_rata' else 0 }}

union all

select
    'holding_periods' as broken,
    amounts.relieved_amount as expected,
    amounts.published_amount as found
from amounts
where amounts.relieved_amount <> amounts.published_amount

union all

select
    'early redemptions of holding_periods' as broken,
    amounts.early_amount as expected,
    amounts.published_early_amount as found
from amounts
where amounts.early_amount <> amounts.published_early_amount
