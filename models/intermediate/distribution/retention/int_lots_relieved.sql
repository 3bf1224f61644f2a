{{ config(materialized='incremental_by_change') }}
{%- set default_method = chosen_setting('default_relief_method', relief_methods()) -%}

with

events as (

    select * from {{ ref('int_lot_events_ordered') }}
    where {{ is_changed() }}

),

transfers as (

    select * from {{ ref('int_transfers_matched') }}
    where {{ is_changed() }}

),

relief_methods as (

    {% for method in relief_methods() -%}
        select '{{ method }}' as relief_method
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

carrying_legs as (

    select flow_id
    from transfers
    where
        is_matched
        and leg = 'out'

),

reliefs as (

    select
        events.*,
        relief_methods.relief_method,
        events.log_survival - case
            when events.held_quantity > 0
                then {{ fixed_logarithm(
                    'events.held_quantity', 'events.held_before_quantity'
                ) }}
            else 0
        end as log_survival_before,
        events.emptied_count
        - case when events.held_quantity = 0 then 1 else 0 end as emptied_count_before
    from events
    cross join relief_methods
    left join carrying_legs
        on events.flow_id = carrying_legs.flow_id
    where
        events.held_quantity < events.held_before_quantity
        and (
            relief_methods.relief_method = '{{ default_method }}'
            or carrying_legs.flow_id is not null
        )

),

-- FIFO: place lots and redemptions end to end on one axis. Their ends cut it into
-- pieces of one lot and one redemption each, without a join of all with all.
queue_cuts as (

    select
        account_id,
        product_id,
        cumulative_in as cut_at,
        queue_position as lot_position,
        cast(null as bigint) as relief_position
    from events
    where signed_quantity > 0

    union all

    select
        account_id,
        product_id,
        relieved_quantity as cut_at,
        cast(null as bigint) as lot_position,
        queue_position as relief_position
    from events
    where held_quantity < held_before_quantity

),

queue_pieces as (

    select distinct
        account_id,
        product_id,
        min(lot_position) over from_here as lot_position,
        min(relief_position) over from_here as relief_position
    from queue_cuts
    window
        from_here as (
            partition by account_id, product_id
            order by cut_at
            range between current row and unbounded following
        )

),

relieved_fifo as (

    select
        reliefs.relief_method,
        reliefs.account_id,
        reliefs.product_id,
        queue_pieces.lot_position,
        reliefs.queue_position as relief_position,
        cast(null as numeric(28, 6)) as lowest_held_quantity
    from reliefs
    inner join queue_pieces
        on
            reliefs.account_id = queue_pieces.account_id
            and reliefs.product_id = queue_pieces.product_id
            and reliefs.queue_position = queue_pieces.relief_position
    where reliefs.relief_method = 'fifo'

),

-- LIFO: a lot begins at the quantity held before it. When the holding falls below that
-- level plus the lot, the difference came out of the lot.
earlier_lots as (

    select
        reliefs.relief_method,
        reliefs.account_id,
        reliefs.product_id,
        reliefs.queue_position as relief_position,
        reliefs.held_quantity as held_after_quantity,
        events.queue_position as lot_position,
        events.signed_quantity,
        events.held_before_quantity,
        min(events.held_quantity) over (
            partition by
                reliefs.account_id, reliefs.product_id, reliefs.queue_position
            order by events.queue_position desc
            rows unbounded preceding
        ) as lowest_held_quantity
    from reliefs
    inner join events
        on
            reliefs.account_id = events.account_id
            and reliefs.product_id = events.product_id
            and reliefs.queue_position > events.queue_position
    where reliefs.relief_method = 'lifo'

),

relieved_lifo as (

    select
        relief_method,
        account_id,
        product_id,
        lot_position,
        relief_position,
        lowest_held_quantity
    from earlier_lots
    where
        signed_quantity > 0
        and lowest_held_quantity > greatest(held_before_quantity, held_after_quantity)

),

relieved_pro_rata as (

    select
        reliefs.relief_method,
        reliefs.account_id,
        reliefs.product_id,
        events.queue_position as lot_position,
        reliefs.queue_position as relief_position,
        cast(null as numeric(28, 6)) as lowest_held_quantity
    from reliefs
    inner join events
        on
            reliefs.account_id = events.account_id
            and reliefs.product_id = events.product_id
            and reliefs.queue_position > events.queue_position
    where
        reliefs.relief_method = 'pro_rata'
        and events.signed_quantity > 0

),

relieved_lots as (

    select * from relieved_fifo
    union all
    select * from relieved_lifo
    union all
    select * from relieved_pro_rata

),

-- The state of the queue just before and just after the relief.
queue_states as (

    select
        relieved_lots.relief_method,
        lots.flow_id as lot_flow_id,
        reliefs.flow_id as relieving_flow_id,
        lots.account_id,
        lots.product_id,
        lots.basis,
        lots.is_cohort_member,
        lots.trade_date as lot_trade_date,
        reliefs.trade_date as relief_date,
        lots.amount,
        lots.signed_quantity as quantity,
        lots.cumulative_in,
        lots.held_before_quantity,
        lots.log_survival,
        lots.emptied_count,
        reliefs.relieved_quantity as relieved_quantity_after,
        relieved_lots.lowest_held_quantity as lowest_held_quantity_before,
        reliefs.held_quantity as lowest_held_quantity_after,
        reliefs.log_survival_before,
        reliefs.log_survival as log_survival_after,
        reliefs.emptied_count_before,
        reliefs.emptied_count as emptied_count_after,
        reliefs.relieved_quantity + reliefs.held_quantity
        - reliefs.held_before_quantity as relieved_quantity_before
    from relieved_lots
    inner join events as lots
        on
            relieved_lots.account_id = lots.account_id
            and relieved_lots.product_id = lots.product_id
            and relieved_lots.lot_position = lots.queue_position
    inner join reliefs
        on
            relieved_lots.relief_method = reliefs.relief_method
            and relieved_lots.account_id = reliefs.account_id
            and relieved_lots.product_id = reliefs.product_id
            and relieved_lots.relief_position = reliefs.queue_position

),

surviving_shares as (

    select
        *,
        {% for state in ['before', 'after'] -%}
            case
                when relief_method = 'pro_rata' then {{ surviving_share(state) }}
            end as surviving_share_{{ state }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from queue_states

),

retained_lots as (

    select
        *,
        {% for state in ['before', 'after'] -%}
            cast(
                case relief_method
                    {% for method in relief_methods() -%}
                        when '{{ method }}' then {{ retained_quantity(method, state) }}
                    {% endfor -%}
                end as numeric(18, 6)
            ) as retained_quantity_{{ state }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from surviving_shares

),

lot_reliefs as (

    select
        relief_method,
        lot_flow_id,
        relieving_flow_id,
        account_id,
        product_id,
        basis,
        is_cohort_member,
        lot_trade_date,
        relief_date,
        {{ days_between('lot_trade_date', 'relief_date') }} as held_days,
        cast(
            retained_quantity_before - retained_quantity_after as numeric(18, 6)
        ) as relieved_quantity,
        cast(
            {{ prorated_amount('amount', 'retained_quantity_before', 'quantity') }}
            - {{ prorated_amount('amount', 'retained_quantity_after', 'quantity') }}
            as numeric(18, 2)
        ) as relieved_amount,
        {% for end, state in [('from', 'before'), ('to', 'after')] -%}
            case relief_method
                when 'pro_rata'
                    then cast(1 - surviving_share_{{ state }} as numeric(19, 18))
                else {{ exact_share(
                    'quantity - retained_quantity_' ~ state, 'quantity'
                ) }}
            end as relieved_{{ end }}_share
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from retained_lots
    where retained_quantity_before > retained_quantity_after

)

select * from lot_reliefs
