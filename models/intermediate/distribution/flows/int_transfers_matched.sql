{%- set window = whole_number_setting('transfer_matching_days') -%}
{%- set sequence = 'partition by class_in, leg_moves, holder_id, measure' -%}

with

lot_flows as (

    select * from {{ ref('int_lot_flows_restated') }}

),

flow_classes as (

    select * from {{ ref('flow_classes') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

legs as (

    select
        lot_flows.flow_id,
        lot_flows.original_flow_id,
        lot_flows.transfer_id as reported_transfer_id,
        lot_flows.account_id,
        lot_flows.product_id,
        lot_flows.flow_class,
        lot_flows.basis,
        lot_flows.amount,
        lot_flows.quantity,
        lot_flows.trade_date,
        flow_classes.leg_moves,
        -- A move to another account keeps the units; a move to another product keeps
        -- the money.
        cast(
            case
                when
                    flow_classes.leg_moves = 'account'
                    and lot_flows.basis = 'units'
                    then lot_flows.quantity
                else lot_flows.amount
            end as numeric(18, 6)
        ) as measure,
        case flow_classes.lot_sign when 1 then 'in' else 'out' end as leg,
        case flow_classes.lot_sign
            when 1 then flow_classes.flow_class
            else flow_classes.counterpart_class
        end as class_in,
        case flow_classes.leg_moves
            when 'product' then lot_flows.account_id
            else lot_flows.product_id
        end as holder_id
    from lot_flows
    inner join flow_classes
        on lot_flows.flow_class = flow_classes.flow_class
    where
        flow_classes.counterpart_class is not null
        and lot_flows.quantity > 0

),

reported_sides as (

    select
        *,
        min(leg) over (partition by reported_transfer_id, class_in)
        < max(leg) over (partition by reported_transfer_id, class_in)
        and reported_transfer_id is not null as is_reported_whole
    from legs

),

-- Legs that the source does not link are paired in order. Within a run of equal legs
-- without a long pause, the first that left is the first that arrived.
runs as (

    select
        *,
        case
            when
                {{ days_between(
                    'lag(trade_date) over (' ~ sequence
                    ~ ' order by trade_date, ' ~ bytewise('flow_id') ~ ')',
                    'trade_date'
                ) }} <= {{ window }}
                then 0
            else 1
        end as run_start
    from reported_sides
    where not is_reported_whole

),

numbered_runs as (

    select
        *,
        sum(run_start) over (
            {{ sequence }} order by trade_date, {{ bytewise('flow_id') }}
            rows unbounded preceding
        ) as run_number
    from runs

),

run_positions as (

    select
        *,
        row_number() over (
            {{ sequence }}, run_number, leg
            order by trade_date, {{ bytewise('flow_id') }}
        ) as run_position
    from numbered_runs

),

-- At each position of a run at most one leg left and one arrived.
position_pairs as (

    select
        {% for side in ['out', 'in'] -%}
            {% for column in ['flow_id', 'account_id', 'product_id', 'trade_date'] -%}
                max(case leg when '{{ side }}' then {{ column }} end)
                    as {{ side }}_{{ column }},
            {% endfor -%}
        {% endfor -%}
        count(*) as legs
    from run_positions
    where holder_id is not null
    group by class_in, holder_id, measure, run_number, run_position

),

pairs as (

    select
        out_flow_id,
        in_flow_id
    from position_pairs
    where
        legs = 2
        and abs({{ days_between('out_trade_date', 'in_trade_date') }}) <= {{ window }}
        and (
            out_account_id <> in_account_id
            or out_product_id <> in_product_id
        )

),

paired_legs as (

    select
        out_flow_id as flow_id,
        out_flow_id as transfer_id
    from pairs

    union all

    select
        in_flow_id as flow_id,
        out_flow_id as transfer_id
    from pairs

),

transfer_legs as (

    select
        reported_sides.flow_id,
        reported_sides.original_flow_id,
        reported_sides.leg,
        reported_sides.account_id,
        reported_sides.product_id,
        reported_sides.flow_class,
        reported_sides.class_in,
        reported_sides.basis,
        reported_sides.amount,
        reported_sides.quantity,
        reported_sides.trade_date,
        case
            when reported_sides.is_reported_whole
                then reported_sides.reported_transfer_id
            else coalesce(paired_legs.transfer_id, reported_sides.flow_id)
        end as transfer_id,
        reported_sides.is_reported_whole
        or paired_legs.flow_id is not null as is_matched
    from reported_sides
    left join paired_legs
        on reported_sides.flow_id = paired_legs.flow_id

),

dated_legs as (

    select
        *,
        min(case leg when 'out' then trade_date end) over (
            partition by transfer_id, class_in
        ) as sent_date,
        max(case leg when 'in' then trade_date end) over (
            partition by transfer_id, class_in
        ) as received_date
    from transfer_legs

),

matched_legs as (

    select
        dated_legs.flow_id,
        dated_legs.original_flow_id,
        dated_legs.transfer_id,
        dated_legs.class_in as transfer_class,
        dated_legs.leg,
        dated_legs.account_id,
        dated_legs.product_id,
        dated_legs.flow_class,
        dated_legs.basis,
        dated_legs.amount,
        dated_legs.quantity,
        dated_legs.trade_date,
        dated_legs.sent_date,
        dated_legs.received_date,
        dated_legs.is_matched,
        case
            when dated_legs.is_matched then 'matched'
            -- The other leg may still come.
            when
                {{ days_between('dated_legs.trade_date', 'as_of.as_of_date') }}
                < {{ window }}
                then 'pending'
            else 'unmatched'
        end as match_status
    from dated_legs
    cross join as_of

)

select * from matched_legs
