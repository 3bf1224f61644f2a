{{ config(materialized='incremental_by_change') }}
{%- set states = [
    ('max', 'relieved_quantity', 'relieved_quantity'),
    ('min', 'day_end_held_quantity', 'lowest_held_quantity'),
    ('min', 'log_survival', 'log_survival'),
    ('max', 'emptied_count', 'emptied_count'),
] -%}

with

-- A lot that a transfer moved here is counted through the lots that it comes from.
carried as (

    select * from {{ ref('int_lots_carried') }}
    where
        has_known_origin
        and {{ is_changed() }}

),

events as (

    select * from {{ ref('int_lot_events_ordered') }}
    where {{ is_changed() }}

),

horizons as (

    {% for age in retention_ages() -%}
        select
            {{ age }} as age_days,
            false as is_as_of
        union all
    {% endfor -%}
    select
        cast(null as integer) as age_days,
        true as is_as_of

),

parts_at_horizons as (

    select
        carried.*,
        horizons.is_as_of,
        horizons.age_days,
        coalesce(
            {{ add_days('carried.origin_trade_date', 'horizons.age_days') }},
            {{ end_of_time() }}
        ) as snapshot_date
    from carried
    cross join horizons

),

-- A part counts here from the day on which it left its origin. Until it arrives it is
-- in transit and counts as held.
counted_parts as (

    select * from parts_at_horizons
    where snapshot_date >= carried_from_date

),

carrier_days as (

    select distinct
        flow_id,
        snapshot_date
    from counted_parts
    where snapshot_date >= arrival_date

),

-- The state of the carrying lot's queue on that day.
carrier_states as (

    select
        carriers.flow_id,
        carrier_days.snapshot_date,
        carriers.signed_quantity as quantity,
        carriers.cumulative_in,
        carriers.held_before_quantity,
        carriers.log_survival,
        carriers.emptied_count,
        {% for aggregate, column, state in states -%}
            {{ aggregate }}(events.{{ column }}) as {{ state }}_at_horizon
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from carrier_days
    inner join events as carriers
        on carrier_days.flow_id = carriers.flow_id
    inner join events
        on
            carriers.account_id = events.account_id
            and carriers.product_id = events.product_id
            and carriers.trade_date <= events.trade_date
            and carrier_days.snapshot_date >= events.trade_date
    group by
        carriers.flow_id,
        carrier_days.snapshot_date,
        carriers.signed_quantity,
        carriers.cumulative_in,
        carriers.held_before_quantity,
        carriers.log_survival,
        carriers.emptied_count

),

carrier_balances as (

    select
        flow_id,
        snapshot_date,
        quantity,
        {{ surviving_share() }} as surviving_share,
        {{ retained_quantity('fifo') }} as left_by_fifo,
        {{ retained_quantity('lifo') }} as left_by_lifo
    from carrier_states

),

-- Share of the carrying lot that is relieved; a queue takes it from the front.
consumed_shares as (

    select
        counted_parts.*,
        carrier_balances.surviving_share,
        coalesce(
            case counted_parts.relief_method
                when 'fifo' then {{ exact_share(
                    'carrier_balances.quantity - carrier_balances.left_by_fifo',
                    'carrier_balances.quantity'
                ) }}
                when 'lifo' then {{ exact_share(
                    'carrier_balances.quantity - carrier_balances.left_by_lifo',
                    'carrier_balances.quantity'
                ) }}
            end, cast(0 as numeric(19, 18))
        ) as consumed_share
    from counted_parts
    left join carrier_balances
        on
            counted_parts.flow_id = carrier_balances.flow_id
            and counted_parts.snapshot_date = carrier_balances.snapshot_date

),

kept_shares as (

    select
        relief_method,
        origin_flow_id,
        origin_account_id,
        origin_product_id,
        is_as_of,
        age_days,
        product_id = origin_product_id as is_same_product,
        case
            when relief_method = 'pro_rata'
                then cast(
                    (origin_to - origin_from)
                    * coalesce(surviving_share, cast(1 as numeric(19, 18)))
                    as numeric(19, 18)
                )
            when consumed_share <= position_from
                then cast(origin_to - origin_from as numeric(19, 18))
            when consumed_share < position_to
                then cast(
                    origin_to - {{ interpolated(
                        'origin_from', 'origin_to',
                        'consumed_share - position_from', 'position_to - position_from'
                    ) }} as numeric(19, 18)
                )
            else cast(0 as numeric(19, 18))
        end as kept_share
    from consumed_shares

),

carried_shares as (

    select
        origin_flow_id as flow_id,
        origin_account_id as account_id,
        origin_product_id as product_id,
        relief_method,
        age_days,
        is_as_of,
        cast(sum(kept_share) as numeric(19, 18)) as carried_share,
        cast(
            sum(case when is_same_product then kept_share else 0 end)
            as numeric(19, 18)
        ) as carried_in_product_share
    from kept_shares
    group by
        origin_flow_id,
        origin_account_id,
        origin_product_id,
        relief_method,
        age_days,
        is_as_of

)

select * from carried_shares
