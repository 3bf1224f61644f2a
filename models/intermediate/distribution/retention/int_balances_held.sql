{{ config(materialized='incremental_by_change') }}
with

events as (

    select * from {{ ref('int_lot_events_ordered') }}
    where {{ is_changed() }}

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

)

select * from held
