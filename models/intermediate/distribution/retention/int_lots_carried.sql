{{ config(materialized='incremental_by_change') }}
{%- set leg_order = 'order by trade_date, ' ~ bytewise('flow_id') -%}
{%- set group = 'partition by transfer_id, transfer_class, leg' -%}
-- Number of transfers after which a path ends, because circles within a day never end.
{%- set max_steps = 100 %}
with recursive

transfers as (

    select * from {{ ref('int_transfers_matched') }}
    where
        is_matched
        and {{ is_changed() }}

),

reliefs as (

    select * from {{ ref('int_lots_relieved') }}
    where {{ is_changed() }}

),

events as (

    select * from {{ ref('int_lot_events_ordered') }}
    where {{ is_changed() }}

),

relief_methods as (

    {% for method in relief_methods() -%}
        select '{{ method }}' as relief_method
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- Several legs on one side share the transfer by money, or by quantity where one of
-- them has no money.
weighted_legs as (

    select
        *,
        case
            when min(amount) over ({{ group }}) > 0
                then cast(amount as numeric(18, 6))
            else quantity
        end as weight
    from transfers

),

running_weights as (

    select
        *,
        sum(weight) over ({{ group }}) as total_weight,
        sum(weight) over (
            {{ group }} {{ leg_order }} rows unbounded preceding
        ) as weight_to
    from weighted_legs

),

legs as (

    select
        flow_id,
        transfer_id,
        transfer_class,
        leg,
        quantity,
        trade_date,
        {{ exact_share('weight_to - weight', 'total_weight') }} as leg_from,
        {{ exact_share('weight_to', 'total_weight') }} as leg_to
    from running_weights

),

arrivals as (

    select * from legs
    where leg = 'in'

),

-- The part that a leg took from the opening balance comes last, after all lots.
departures as (

    select
        legs.*,
        {{ interpolated(
            'legs.leg_from', 'legs.leg_to',
            'legs.quantity - events.unmatched_quantity', 'legs.quantity',
            input_scale=6
        ) }} as leg_known_to
    from legs
    inner join events
        on legs.flow_id = events.flow_id
    where legs.leg = 'out'

),

-- Within a leaving leg, lots are in the order in which it relieved them.
ordered_reliefs as (

    select
        departures.transfer_id,
        departures.transfer_class,
        departures.trade_date,
        departures.leg_from,
        departures.leg_known_to,
        reliefs.relief_method,
        reliefs.lot_flow_id,
        reliefs.relieved_from_share,
        reliefs.relieved_to_share,
        cast(reliefs.relieved_quantity as numeric(28, 6)) as relieved_quantity,
        cast(
            sum(reliefs.relieved_quantity) over (
                partition by reliefs.relief_method, reliefs.relieving_flow_id
                order by
                    case
                        when reliefs.relief_method = 'lifo' then -lots.queue_position
                        else lots.queue_position
                    end
                rows unbounded preceding
            ) as numeric(28, 6)
        ) as relieved_to_quantity,
        cast(
            sum(reliefs.relieved_quantity) over (
                partition by reliefs.relief_method, reliefs.relieving_flow_id
            ) as numeric(28, 6)
        ) as leg_relieved_quantity
    from reliefs
    inner join departures
        on reliefs.relieving_flow_id = departures.flow_id
    inner join events as lots
        on reliefs.lot_flow_id = lots.flow_id

),

relieved_parts as (

    select
        relief_method,
        transfer_id,
        transfer_class,
        trade_date,
        lot_flow_id,
        relieved_from_share,
        relieved_to_share,
        {{ interpolated(
            'leg_from', 'leg_known_to',
            'relieved_to_quantity - relieved_quantity', 'leg_relieved_quantity',
            input_scale=6
        ) }} as part_from,
        {{ interpolated(
            'leg_from', 'leg_known_to',
            'relieved_to_quantity', 'leg_relieved_quantity',
            input_scale=6
        ) }} as part_to
    from ordered_reliefs

    union all

    select
        relief_methods.relief_method,
        departures.transfer_id,
        departures.transfer_class,
        departures.trade_date,
        cast(null as {{ dbt.type_string() }}) as lot_flow_id,
        cast(0 as numeric(19, 18)) as relieved_from_share,
        cast(0 as numeric(19, 18)) as relieved_to_share,
        departures.leg_known_to as part_from,
        departures.leg_to as part_to
    from departures
    cross join relief_methods
    where departures.leg_known_to < departures.leg_to

),

-- One step: the part of an arriving lot, and the part of the lot that it comes from.
-- Where several legs arrive, each takes its share of every lot.
segments as (

    select
        relieved_parts.relief_method,
        arrivals.flow_id,
        arrivals.trade_date as arrival_date,
        relieved_parts.trade_date as departure_date,
        relieved_parts.lot_flow_id as source_flow_id,
        relieved_parts.part_from as position_from,
        relieved_parts.part_to as position_to,
        {% for end in ['from', 'to'] -%}
            {{ interpolated(
                'relieved_parts.relieved_from_share',
                'relieved_parts.relieved_to_share',
                'arrivals.leg_' ~ end, '1'
            ) }} as source_{{ end }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from relieved_parts
    inner join arrivals
        on
            relieved_parts.transfer_id = arrivals.transfer_id
            and relieved_parts.transfer_class = arrivals.transfer_class

),

-- Paths start at lots that no transfer moved, and at parts of unknown origin: such a
-- part of a lot is its own origin.
first_segments as (

    select
        segments.relief_method,
        segments.flow_id,
        segments.arrival_date,
        segments.departure_date,
        segments.position_from,
        segments.position_to,
        coalesce(segments.source_flow_id, segments.flow_id) as origin_flow_id,
        case
            when segments.source_flow_id is null then segments.position_from
            else segments.source_from
        end as origin_from,
        case
            when segments.source_flow_id is null then segments.position_to
            else segments.source_to
        end as origin_to
    from segments
    left join arrivals
        on segments.source_flow_id = arrivals.flow_id
    where arrivals.flow_id is null

),

-- Pro rata takes from all parts alike, so only sizes count, and every part starts at
-- zero. Parts that reach a lot on several paths of equal length are added up, because
-- the number of paths may double with every step.
paths as (

    select
        relief_method,
        flow_id,
        origin_flow_id,
        arrival_date,
        departure_date as carried_from_date,
        1 as steps,
        cast(
            case relief_method when 'pro_rata' then 0 else position_from end
            as numeric(19, 18)
        ) as position_from,
        cast(
            position_to
            - case relief_method when 'pro_rata' then position_from else 0 end
            as numeric(19, 18)
        ) as position_to,
        cast(
            case relief_method when 'pro_rata' then 0 else origin_from end
            as numeric(19, 18)
        ) as origin_from,
        cast(
            origin_to - case relief_method when 'pro_rata' then origin_from else 0 end
            as numeric(19, 18)
        ) as origin_to
    from first_segments

    union all

    select
        relief_method,
        flow_id,
        origin_flow_id,
        arrival_date,
        carried_from_date,
        steps,
        cast(position_from as numeric(19, 18)) as position_from,
        cast(position_to as numeric(19, 18)) as position_to,
        cast(origin_from as numeric(19, 18)) as origin_from,
        cast(origin_to as numeric(19, 18)) as origin_to
    from (
        select
            relief_method,
            flow_id,
            origin_flow_id,
            arrival_date,
            carried_from_date,
            steps,
            position_from,
            sum(position_to) over same_part as position_to,
            origin_from,
            sum(origin_to) over same_part as origin_to,
            row_number() over same_part_in_order as place
        from (
            select
                relief_method,
                flow_id,
                origin_flow_id,
                arrival_date,
                carried_from_date,
                steps,
                {% for end in ['from', 'to'] -%}
                    case relief_method
                        when 'pro_rata'
                            then {{ '0' if end == 'from' else
                                'cast(segment_size * position_to as numeric(19, 18))' }}
                        else {{ interpolated(
                            'segment_from', 'segment_to',
                            'common_' ~ end ~ ' - source_from',
                            'source_to - source_from'
                        ) }}
                    end as position_{{ end }},
                    case relief_method
                        when 'pro_rata'
                            then {{ '0' if end == 'from' else
                                'cast(source_size * origin_to as numeric(19, 18))' }}
                        else {{ interpolated(
                            'origin_from', 'origin_to',
                            'common_' ~ end ~ ' - position_from',
                            'position_to - position_from'
                        ) }}
                    end as origin_{{ end }}
                    {%- if not loop.last %},{% endif %}
                {% endfor %}
            from (
                select
                    paths.relief_method,
                    segments.flow_id,
                    paths.origin_flow_id,
                    segments.arrival_date,
                    greatest(paths.carried_from_date, segments.departure_date)
                        as carried_from_date,
                    paths.steps + 1 as steps,
                    paths.position_from,
                    paths.position_to,
                    paths.origin_from,
                    paths.origin_to,
                    segments.source_from,
                    segments.source_to,
                    segments.position_from as segment_from,
                    segments.position_to as segment_to,
                    cast(segments.source_to - segments.source_from as numeric(19, 18))
                        as source_size,
                    cast(
                        segments.position_to - segments.position_from
                        as numeric(19, 18)
                    ) as segment_size,
                    greatest(paths.position_from, segments.source_from) as common_from,
                    least(paths.position_to, segments.source_to) as common_to
                from paths
                inner join segments
                    on
                        paths.relief_method = segments.relief_method
                        and paths.flow_id = segments.source_flow_id
                where paths.steps < {{ max_steps }}
            ) as overlapping_parts
            where
                relief_method = 'pro_rata'
                or common_from < common_to
        ) as moved_parts
        where origin_to > origin_from
        window
            same_part as (
                partition by
                    relief_method,
                    flow_id,
                    origin_flow_id,
                    carried_from_date,
                    position_from,
                    origin_from
            ),
            same_part_in_order as (
                partition by
                    relief_method,
                    flow_id,
                    origin_flow_id,
                    carried_from_date,
                    position_from,
                    origin_from
                order by position_to, origin_to
            )
    ) as merged_paths
    where place = 1

),

merged_parts as (

    select
        relief_method,
        flow_id,
        origin_flow_id,
        arrival_date,
        carried_from_date,
        steps,
        position_from,
        origin_from,
        cast(sum(position_to) as numeric(19, 18)) as position_to,
        cast(sum(origin_to) as numeric(19, 18)) as origin_to
    from paths
    group by
        relief_method,
        flow_id,
        origin_flow_id,
        arrival_date,
        carried_from_date,
        steps,
        position_from,
        origin_from

),

-- Under pro rata the parts of a lot are placed end to end, to show how much of the lot
-- they make up.
placed_parts as (

    select
        relief_method,
        flow_id,
        origin_flow_id,
        arrival_date,
        carried_from_date,
        steps,
        case relief_method
            when 'pro_rata'
                then cast(
                    sum(position_to) over in_lot - position_to as numeric(19, 18)
                )
            else position_from
        end as position_from,
        case relief_method
            when 'pro_rata' then cast(sum(position_to) over in_lot as numeric(19, 18))
            else position_to
        end as position_to,
        origin_from,
        origin_to
    from merged_parts
    window
        in_lot as (
            partition by relief_method, flow_id
            order by
                position_from,
                {{ bytewise('origin_flow_id') }},
                carried_from_date,
                steps
            rows unbounded preceding
        )

),

part_borders as (

    select
        relief_method,
        flow_id,
        arrival_date,
        position_from,
        position_to
    from placed_parts

    union all

    select
        relief_methods.relief_method,
        arrivals.flow_id,
        arrivals.trade_date as arrival_date,
        cast(0 as numeric(19, 18)) as position_from,
        cast(0 as numeric(19, 18)) as position_to
    from arrivals
    cross join relief_methods

),

-- A part that no path reaches, as in a circle within a day, has the lot itself as its
-- origin. Multiplied shares differ from one in their last decimals; that is not a gap.
gaps as (

    select
        relief_method,
        flow_id,
        arrival_date,
        position_to as gap_from,
        lead(position_from, 1, cast(1 as numeric(19, 18))) over (
            partition by relief_method, flow_id order by position_from, position_to
        ) as gap_to
    from part_borders

),

all_parts as (

    select * from placed_parts

    union all

    select
        relief_method,
        flow_id,
        flow_id as origin_flow_id,
        arrival_date,
        arrival_date as carried_from_date,
        0 as steps,
        gap_from as position_from,
        gap_to as position_to,
        gap_from as origin_from,
        gap_to as origin_to
    from gaps
    where
        gap_to - gap_from > case relief_method
            when 'pro_rata' then cast(0.000000000001 as numeric(19, 18))
            else 0
        end

),

measured_parts as (

    select
        all_parts.relief_method,
        all_parts.flow_id,
        all_parts.origin_flow_id,
        all_parts.arrival_date,
        all_parts.carried_from_date,
        all_parts.steps,
        lots.account_id,
        lots.product_id,
        origins.account_id as origin_account_id,
        origins.product_id as origin_product_id,
        origins.trade_date as origin_trade_date,
        origins.amount as origin_amount,
        origins.signed_quantity as origin_quantity,
        {% for end in ['position_from', 'position_to', 'origin_from', 'origin_to'] -%}
            cast(all_parts.{{ end }} as numeric(19, 18)) as {{ end }},
        {% endfor -%}
        all_parts.flow_id <> all_parts.origin_flow_id as has_carried_date,
        arrivals.flow_id is null as has_known_origin
    from all_parts
    inner join events as lots
        on all_parts.flow_id = lots.flow_id
    inner join events as origins
        on all_parts.origin_flow_id = origins.flow_id
    left join arrivals
        on all_parts.origin_flow_id = arrivals.flow_id

)

select * from measured_parts
