-- The relieved and the retained part of a lot at the as-of date add up to the lot, in
-- quantity and in cents.
{%- set relief_method = chosen_setting('default_relief_method', relief_methods()) %}
with

lots as (

    select * from {{ ref('int_lots_retained') }}
    where
        is_as_of
        and relief_method = '{{ relief_method }}'
        and {{ is_changed('flow') }}

),

reliefs as (

    select * from {{ ref('int_lots_relieved') }}
    where
        relief_method = '{{ relief_method }}'
        and {{ is_changed('flow', 'lot_flow_id') }}

),

relieved as (

    select
        lot_flow_id,
        sum(relieved_quantity) as relieved_quantity,
        sum(relieved_amount) as relieved_amount
    from reliefs
    group by lot_flow_id

)

select
    lots.original_quantity,
    lots.held_quantity,
    relieved.relieved_quantity,
    lots.original_amount,
    lots.held_amount,
    relieved.relieved_amount,
    coalesce(lots.flow_id, relieved.lot_flow_id) as flow_id
from lots
full outer join relieved
    on lots.flow_id = relieved.lot_flow_id
where
    lots.flow_id is null
    or lots.original_quantity
    <> lots.held_quantity + coalesce(relieved.relieved_quantity, 0)
    or lots.original_amount
    <> lots.held_amount + coalesce(relieved.relieved_amount, 0)
