with

events as (

    select * from {{ ref('int_lot_events_ordered') }}

),

as_of as (

    select * from {{ ref('int_as_of_date_settled') }}

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
        day_ends.account_id,
        day_ends.product_id,
        day_ends.basis,
        day_ends.held_quantity,
        day_ends.valid_from,
        coalesce(
            lead(day_ends.valid_from) over (
                partition by day_ends.account_id, day_ends.product_id
                order by day_ends.valid_from
            ),
            {{ add_days('as_of.as_of_date', 1) }}
        ) as valid_to
    from day_ends
    cross join as_of

)

select * from held
