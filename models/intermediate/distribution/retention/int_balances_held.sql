{{ config(materialized='incremental_by_change') }}
with

events as (

    select * from {{ ref('int_lot_events_ordered') }}
    where {{ is_changed() }}

),

splits as (

    select * from {{ ref('int_share_splits_derived') }}

),

day_ends as (

    select distinct
        account_id,
        product_id,
        basis,
        trade_date as valid_from,
        day_end_held_quantity as held_quantity
    from events

),

held as (

    select
        account_id,
        product_id,
        basis,
        held_quantity,
        valid_from,
        coalesce(
            lead(valid_from) over (
                partition by account_id, product_id
                order by valid_from
            ),
            {{ end_of_time() }}
        ) as valid_to
    from day_ends

),

-- Lots are in the units of the as-of date, balances in those of each day, so that they
-- can be multiplied by its price. A split ends a balance and begins another.
held_between_splits as (

    select
        held.account_id,
        held.product_id,
        held.basis,
        case
            when splits.product_id is null then held.held_quantity
            else {{ restated_quantity(
                'held.held_quantity', 'splits.units_then', 'splits.units_now'
            ) }}
        end as held_quantity,
        greatest(held.valid_from, coalesce(splits.valid_from, held.valid_from))
            as valid_from,
        least(held.valid_to, coalesce(splits.valid_to, held.valid_to)) as valid_to
    from held
    left join splits
        on
            held.basis = 'units'
            and held.product_id = splits.product_id
            and held.valid_from < splits.valid_to
            and held.valid_to > splits.valid_from

)

select * from held_between_splits
