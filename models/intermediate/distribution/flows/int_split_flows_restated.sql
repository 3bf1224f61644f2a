with

lot_flows as (

    select * from {{ ref('int_lot_flows_netted') }}
    where basis = 'units'

),

flow_classes as (

    select * from {{ ref('flow_classes') }}

),

holdings as (

    select * from {{ ref('int_split_holdings_measured') }}

),

splits as (

    select * from {{ ref('int_share_splits_derived') }}

),

-- Units that an account has more or fewer than the ratio gives it. Less than one is a
-- fraction that was rounded or paid in cash; more belongs to units that were held
-- before the first known flow.
remainders as (

    select
        holdings.flow_id,
        cast(
            holdings.split_units - {{ restated_quantity(
                'holdings.held_units',
                'splits.units_after - splits.units_before',
                'splits.units_before'
            ) }} as numeric(18, 6)
        ) as remainder_units
    from holdings
    inner join splits
        on
            holdings.product_id = splits.product_id
            and holdings.split_date = splits.valid_from
    where
        holdings.flow_id is not null
        and holdings.held_units > 0

),

-- A split's own units are in the restated units of earlier flows.
signed_flows as (

    select
        lot_flows.flow_id,
        lot_flows.account_id,
        lot_flows.product_id,
        lot_flows.lot_sign,
        lot_flows.trade_date,
        cast(
            lot_flows.lot_sign * case
                when not flow_classes.restates_units then lot_flows.quantity
                when abs(remainders.remainder_units) < 1
                    then remainders.remainder_units
                else 0
            end as numeric(18, 6)
        ) as signed_quantity,
        {{ scaled_integer('coalesce(splits.units_now, 1)', 0) }} as units_now,
        {{ scaled_integer('coalesce(splits.units_then, 1)', 0) }} as units_then
    from lot_flows
    inner join flow_classes
        on lot_flows.flow_class = flow_classes.flow_class
    left join splits
        on
            lot_flows.product_id = splits.product_id
            and lot_flows.trade_date >= splits.valid_from
            and lot_flows.trade_date < splits.valid_to
    left join remainders
        on lot_flows.flow_id = remainders.flow_id
    where
        flow_classes.restates_units
        or splits.product_id is not null

),

-- The sum is restated and not each flow, so that what was emptied stays empty.
running_totals as (

    select
        *,
        sum({{ scaled_integer('signed_quantity', 6) }} * units_now) over (
            partition by account_id, product_id
            order by
                trade_date,
                case when signed_quantity > 0 then 0 else 1 end,
                {{ bytewise('flow_id') }}
            rows unbounded preceding
        ) as running_millionths,
        row_number() over (
            partition by account_id, product_id
            order by
                trade_date,
                case when signed_quantity > 0 then 0 else 1 end,
                {{ bytewise('flow_id') }}
        ) as place
    from signed_flows

),

running_units as (

    select
        *,
        cast(
            {{ rounded_quotient('running_millionths', 'units_then') }}
            * {{ decimal_unit(6) }} as numeric(28, 6)
        ) as restated_total
    from running_totals

),

restated as (

    select
        flow_id,
        cast(
            lot_sign * (
                restated_total - coalesce(
                    lag(restated_total) over (
                        partition by account_id, product_id
                        order by place
                    ),
                    0
                )
            ) as numeric(18, 6)
        ) as quantity
    from running_units

)

select * from restated
