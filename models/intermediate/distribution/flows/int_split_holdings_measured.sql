with

lot_flows as (

    select * from {{ ref('int_lot_flows_netted') }}
    where
        basis = 'units'
        and quantity <> 0

),

flow_classes as (

    select * from {{ ref('flow_classes') }}

),

split_flows as (

    select
        lot_flows.flow_id,
        lot_flows.account_id,
        lot_flows.product_id,
        lot_flows.trade_date as split_date,
        lot_flows.quantity
    from lot_flows
    inner join flow_classes
        on lot_flows.flow_class = flow_classes.flow_class
    where flow_classes.restates_units

),

split_days as (

    select distinct
        product_id,
        split_date
    from split_flows

),

split_products as (

    select distinct product_id
    from split_days

),

-- A split takes effect before anything else on its day.
signed_flows as (

    select
        lot_flows.flow_id,
        lot_flows.account_id,
        lot_flows.product_id,
        lot_flows.trade_date,
        lot_flows.lot_sign * lot_flows.quantity as signed_quantity,
        case
            when flow_classes.restates_units then 0
            when lot_flows.lot_sign * lot_flows.quantity > 0 then 1
            else 2
        end as queue_rank
    from lot_flows
    inner join split_products
        on lot_flows.product_id = split_products.product_id
    inner join flow_classes
        on lot_flows.flow_class = flow_classes.flow_class

),

running_totals as (

    select
        *,
        sum(signed_quantity) over in_order as net_units,
        row_number() over in_order as place
    from signed_flows
    window in_order as (
        partition by account_id, product_id
        order by trade_date, queue_rank, {{ bytewise('flow_id') }}
        rows unbounded preceding
    )

),

-- What was redeemed beyond all purchases came from the opening balance, as in
-- int_lot_events_ordered.
running_holdings as (

    select
        account_id,
        product_id,
        trade_date,
        place,
        net_units + greatest(
            0,
            max(-net_units) over (
                partition by account_id, product_id
                order by place
                rows unbounded preceding
            )
        ) as held_units
    from running_totals

),

earlier_holdings as (

    select
        running_holdings.account_id,
        running_holdings.product_id,
        split_days.split_date,
        running_holdings.held_units,
        row_number() over (
            partition by
                running_holdings.account_id,
                running_holdings.product_id,
                split_days.split_date
            order by running_holdings.place desc
        ) as place_from_end
    from running_holdings
    inner join split_days
        on
            running_holdings.product_id = split_days.product_id
            and running_holdings.trade_date < split_days.split_date

),

holdings_before as (

    select * from earlier_holdings
    where
        place_from_end = 1
        and held_units > 0

),

reported_splits as (

    select
        account_id,
        product_id,
        split_date,
        min({{ bytewise('flow_id') }}) as flow_id,
        sum(quantity) as split_units
    from split_flows
    group by
        account_id,
        product_id,
        split_date

),

measured as (

    select
        reported_splits.flow_id,
        cast(reported_splits.split_units as numeric(28, 6)) as split_units,
        cast(coalesce(holdings_before.held_units, 0) as numeric(28, 6)) as held_units,
        coalesce(holdings_before.account_id, reported_splits.account_id) as account_id,
        coalesce(holdings_before.product_id, reported_splits.product_id) as product_id,
        coalesce(holdings_before.split_date, reported_splits.split_date) as split_date
    from holdings_before
    full outer join reported_splits
        on
            holdings_before.account_id = reported_splits.account_id
            and holdings_before.product_id = reported_splits.product_id
            and holdings_before.split_date = reported_splits.split_date

)

select * from measured
