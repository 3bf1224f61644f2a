{{ config(
    materialized='incremental_by_change',
    meta={'parts_of': 'int_lot_events_ordered'},
) }}
{%- set ages = retention_ages() -%}
{%- set states = [
    ('max', 'relieved_quantity', 'relieved_quantity'),
    ('min', 'day_end_held_quantity', 'lowest_held_quantity'),
    ('min', 'log_survival', 'log_survival'),
    ('max', 'emptied_count', 'emptied_count'),
] -%}
{%- set views = {
    'retained': 'carried_share',
    'retained_in_product': 'carried_in_product_share',
} -%}

with

events as (

    select * from {{ ref('int_lot_events_ordered') }}
    where {{ is_changed() }}

),

carried as (

    select * from {{ ref('int_carried_lots_retained') }}
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

horizons as (

    {% for age in ages -%}
        select
            {{ age }} as age_days,
            false as is_as_of
        union all
    {% endfor -%}
    select
        cast(null as integer) as age_days,
        true as is_as_of

),

-- Relieved quantity never falls and survival never rises. So the extreme value over the
-- days up to the horizon is the state at its end, whatever the order within a day.
queue_states as (

    select
        events.*,
        {% for age in ages -%}
            {% for aggregate, column, state in states -%}
                {{ aggregate }}(events.{{ column }}) over within_{{ age }}
                    as {{ state }}_{{ age }},
            {% endfor -%}
        {% endfor -%}
        max(events.relieved_quantity) over from_here as relieved_quantity_as_of,
        min(events.day_end_held_quantity) over from_here as lowest_held_quantity_as_of,
        min(events.log_survival) over from_here as log_survival_as_of,
        max(events.emptied_count) over from_here as emptied_count_as_of
    from events
    window
        {% for age in ages -%}
            within_{{ age }} as (
                partition by events.account_id, events.product_id
                order by events.day_number
                range between current row and {{ age }} following
            ),
        {% endfor -%}
        from_here as (
            partition by events.account_id, events.product_id
            order by events.day_number
            range between current row and unbounded following
        )

),

lots_at_horizons as (

    select
        queue_states.flow_id,
        queue_states.account_id,
        queue_states.product_id,
        queue_states.basis,
        queue_states.is_cohort_member,
        queue_states.trade_date,
        queue_states.amount,
        queue_states.signed_quantity as quantity,
        queue_states.cumulative_in,
        queue_states.held_before_quantity,
        queue_states.log_survival,
        queue_states.emptied_count,
        horizons.is_as_of,
        {% for aggregate, column, state in states -%}
            case horizons.age_days
                {% for age in ages -%}
                    when {{ age }} then queue_states.{{ state }}_{{ age }}
                {% endfor -%}
                else queue_states.{{ state }}_as_of
            end as {{ state }}_at_horizon,
        {% endfor -%}
        case
            when transfers.is_matched then 'carried'
            when transfers.flow_id is not null then 'transfer'
            else 'own'
        end as lot_date_source,
        horizons.age_days
    from queue_states
    left join transfers
        on queue_states.flow_id = transfers.flow_id
    cross join horizons
    where queue_states.signed_quantity > 0

),

lots_by_method as (

    select
        lots_at_horizons.*,
        relief_methods.relief_method,
        case relief_methods.relief_method
            when 'pro_rata' then {{ surviving_share() }}
        end as surviving_share_at_horizon
    from lots_at_horizons
    cross join relief_methods

),

held_lots as (

    select
        *,
        cast(
            case relief_method
                {% for method in relief_methods() -%}
                    when '{{ method }}' then {{ retained_quantity(method) }}
                {% endfor -%}
            end as numeric(18, 6)
        ) as held_quantity
    from lots_by_method
    {{ computed_once() }}

),

-- The quantity held and the parts that transfers moved are added before rounding.
family_lots as (

    select
        held_lots.*,
        {% for view, share in views.items() -%}
            carried.{{ share }},
            case
                when carried.{{ share }} is null then held_lots.held_quantity
                else cast(
                    held_lots.quantity * cast(
                        carried.{{ share }} + coalesce(
                            held_lots.surviving_share_at_horizon,
                            {{ exact_share(
                                'held_lots.held_quantity', 'held_lots.quantity'
                            ) }}
                        ) as numeric(19, 18)
                    ) as numeric(18, 6)
                )
            end as {{ view }}_quantity,
        {% endfor -%}
        {{ prorated_amount(
            'held_lots.amount', 'held_lots.held_quantity', 'held_lots.quantity'
        ) }} as held_amount
    from held_lots
    left join carried
        on
            held_lots.flow_id = carried.flow_id
            and held_lots.relief_method = carried.relief_method
            and held_lots.is_as_of = carried.is_as_of
            and (held_lots.is_as_of or held_lots.age_days = carried.age_days)
    {{ computed_once() }}

),

retained_lots as (

    select
        flow_id,
        account_id,
        product_id,
        relief_method,
        basis,
        is_cohort_member,
        is_as_of,
        age_days,
        lot_date_source,
        trade_date,
        amount as original_amount,
        quantity as original_quantity,
        {% for view, share in views.items() -%}
            {{ view }}_quantity,
            case
                when {{ share }} is null then held_amount
                else {{ prorated_amount('amount', view ~ '_quantity', 'quantity') }}
            end as {{ view }}_amount,
        {% endfor -%}
        held_quantity,
        held_amount
    from family_lots

)

select * from retained_lots
