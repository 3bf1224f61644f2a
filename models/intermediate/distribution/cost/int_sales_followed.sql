{{ config(
    materialized='incremental_by_change',
    meta={
        'changes_with': 'holding',
        'rebuild_on': ['int_pay_periods_sequenced'],
        'parts_of': 'int_flows_attributed',
    },
) }}

with

flows as (

    select * from {{ ref('int_flows_attributed') }}
    where {{ is_changed(columns="coalesce(account_id, 'unassigned'), product_id") }}

),

flow_classes as (

    select * from {{ ref('flow_classes') }}

),

splits as (

    select * from {{ ref('int_share_splits_derived') }}

),

periods as (

    select * from {{ ref('int_pay_periods_sequenced') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

booked_days as (

    select distinct booked_date from flows

),

-- The first pay period that was still open when the flow was booked.
pay_days as (

    select
        booked_days.booked_date,
        periods.period_sequence
    from booked_days
    inner join periods
        on
            booked_days.booked_date < periods.next_start_date
            and booked_days.booked_date <= periods.known_until_date
            and (
                booked_days.booked_date >= periods.period_start_date
                or booked_days.booked_date > periods.known_after_date
            )

),

-- Units of before a split are restated to those of the as-of date; a split itself is no
-- sale and no redemption.
restated_flows as (

    select
        flows.*,
        cast(
            case
                when splits.product_id is null then flows.units
                else {{ restated_quantity(
                    'flows.units', 'splits.units_now', 'splits.units_then'
                ) }}
            end as numeric(18, 6)
        ) as restated_units
    from flows
    left join flow_classes
        on flows.flow_class = flow_classes.flow_class
    left join splits
        on
            flows.product_id = splits.product_id
            and flows.trade_date >= splits.valid_from
            and flows.trade_date < splits.valid_to
    where flow_classes.restates_units is not true

),

-- The net change that each pay period learnt of a flow, corrections included. Units and
-- money are never mixed in one queue.
period_changes as (

    select
        flows.original_flow_id,
        flows.product_id,
        flows.trade_date,
        pay_days.period_sequence,
        cast(
            sum(coalesce(flows.restated_units, flows.amount) * flows.lot_sign)
            as numeric(18, 6)
        ) as signed_quantity,
        coalesce(flows.account_id, 'unassigned') as account_id,
        flows.units is not null as has_units,
        bool_or(flows.is_cohort_member) as is_sale,
        bool_or(flows.redemption_amount <> 0) as is_redemption
    from restated_flows as flows
    cross join as_of
    inner join pay_days
        on flows.booked_date = pay_days.booked_date
    where
        flows.lot_sign <> 0
        and flows.trade_date <= as_of.as_of_date
    group by
        flows.original_flow_id,
        coalesce(flows.account_id, 'unassigned'),
        flows.product_id,
        flows.trade_date,
        flows.units is not null,
        pay_days.period_sequence

),

-- First in, first out, in the order in which pay periods learnt of the changes. A
-- change booked later comes later in the queue, so it never changes what a locked
-- period took from which sale.
queued_changes as (

    select
        *,
        row_number() over in_order as queue_position,
        sum(greatest(signed_quantity, 0)) over in_order as cumulative_in,
        sum(signed_quantity) over in_order as net_quantity
    from period_changes
    where signed_quantity <> 0
    window
        in_order as (
            partition by account_id, product_id, has_units
            order by
                period_sequence,
                trade_date,
                case when signed_quantity > 0 then 0 else 1 end,
                {{ bytewise('original_flow_id') }}
            rows unbounded preceding
        )

),

-- Redemptions beyond all known purchases came from holdings older than the feed.
changes_with_opening as (

    select
        *,
        greatest(
            0, max(-net_quantity) over (
                partition by account_id, product_id, has_units
                order by queue_position
                rows unbounded preceding
            )
        ) as opening_quantity
    from queued_changes

),

queue_positions as (

    select
        *,
        cumulative_in - net_quantity - opening_quantity as relieved_quantity,
        coalesce(
            lag(cumulative_in - net_quantity - opening_quantity) over (
                partition by account_id, product_id, has_units
                order by queue_position
            ),
            0
        ) as relieved_before_quantity
    from changes_with_opening

),

-- The ends of lots and reliefs cut one axis of quantity into pieces, as in
-- int_lots_relieved.
queue_cuts as (

    select
        account_id,
        product_id,
        has_units,
        cumulative_in as cut_at,
        queue_position as lot_position,
        cast(null as bigint) as relief_position
    from queue_positions
    where signed_quantity > 0

    union all

    select
        account_id,
        product_id,
        has_units,
        relieved_quantity as cut_at,
        cast(null as bigint) as lot_position,
        queue_position as relief_position
    from queue_positions
    where relieved_quantity > relieved_before_quantity

),

queue_pieces as (

    select distinct
        account_id,
        product_id,
        has_units,
        min(lot_position) over from_here as lot_position,
        min(relief_position) over from_here as relief_position
    from queue_cuts
    window
        from_here as (
            partition by account_id, product_id, has_units
            order by cut_at
            range between current row and unbounded following
        )

),

redeemed_sales as (

    select
        sales.original_flow_id,
        sales.account_id,
        sales.product_id,
        sales.has_units,
        redemptions.original_flow_id as redeeming_flow_id,
        redemptions.period_sequence,
        {{ days_between('sales.trade_date', 'redemptions.trade_date') }} as held_days,
        -redemptions.signed_quantity as redemption_quantity,
        cast(
            least(sales.cumulative_in, redemptions.relieved_quantity)
            - greatest(
                sales.cumulative_in - sales.signed_quantity,
                redemptions.relieved_before_quantity
            ) as numeric(18, 6)
        ) as redeemed_quantity
    from queue_pieces
    inner join queue_positions as sales
        on
            queue_pieces.account_id = sales.account_id
            and queue_pieces.product_id = sales.product_id
            and queue_pieces.has_units = sales.has_units
            and queue_pieces.lot_position = sales.queue_position
    inner join queue_positions as redemptions
        on
            queue_pieces.account_id = redemptions.account_id
            and queue_pieces.product_id = redemptions.product_id
            and queue_pieces.has_units = redemptions.has_units
            and queue_pieces.relief_position = redemptions.queue_position
    -- A redemption booked late may be older than the sale; then it redeemed nothing of
    -- it.
    where
        sales.is_sale
        and redemptions.is_redemption
        and redemptions.trade_date >= sales.trade_date

),

-- A redemption that is cancelled in a later pay period gives back what it took.
cancelled_redemptions as (

    select
        redeemed_sales.original_flow_id,
        redeemed_sales.account_id,
        redeemed_sales.product_id,
        redeemed_sales.redeeming_flow_id,
        period_changes.period_sequence,
        redeemed_sales.held_days,
        cast(
            -redeemed_sales.redeemed_quantity * {{ exact_share(
                'least(period_changes.signed_quantity, redemption_quantity)',
                'redeemed_sales.redemption_quantity'
            ) }} as numeric(18, 6)
        ) as redeemed_quantity
    from redeemed_sales
    inner join period_changes
        on
            redeemed_sales.redeeming_flow_id = period_changes.original_flow_id
            and redeemed_sales.account_id = period_changes.account_id
            and redeemed_sales.product_id = period_changes.product_id
            and redeemed_sales.has_units = period_changes.has_units
    where
        period_changes.signed_quantity > 0
        and redeemed_sales.period_sequence < period_changes.period_sequence

),

sale_events as (

    select
        original_flow_id,
        account_id,
        product_id,
        period_sequence,
        cast(null as text) as redeeming_flow_id,
        cast(null as integer) as held_days,
        signed_quantity as sold_quantity,
        cast(0 as numeric(18, 6)) as redeemed_quantity
    from period_changes
    where is_sale

    union all

    select
        original_flow_id,
        account_id,
        product_id,
        period_sequence,
        redeeming_flow_id,
        held_days,
        cast(0 as numeric(18, 6)) as sold_quantity,
        redeemed_quantity
    from redeemed_sales

    union all

    select
        original_flow_id,
        account_id,
        product_id,
        period_sequence,
        redeeming_flow_id,
        held_days,
        cast(0 as numeric(18, 6)) as sold_quantity,
        redeemed_quantity
    from cancelled_redemptions

),

followed_sales as (

    select
        original_flow_id,
        account_id,
        product_id,
        period_sequence,
        redeeming_flow_id,
        held_days,
        cast(sum(sold_quantity) as numeric(18, 6)) as sold_quantity,
        cast(sum(redeemed_quantity) as numeric(18, 6)) as redeemed_quantity
    from sale_events
    group by
        original_flow_id,
        account_id,
        product_id,
        period_sequence,
        redeeming_flow_id,
        held_days

)

select * from followed_sales
