with

flows as (

    select * from {{ ref('stg_distribution__aum_flows') }}
    where {{ is_known('booked_date') }}

),

corrections as (

    select * from {{ ref('int_corrections_linked') }}

),

transaction_types as (

    select * from {{ ref('int_transaction_types_classified') }}

),

flow_classes as (

    select * from {{ ref('flow_classes') }}

),

-- Flows of classes whose negative amounts take a lot back, and what corrects them by
-- name.
signed_flows as (

    select
        flows.product_id,
        flow_classes.flow_class,
        cast(
            flows.amount * own_types.amount_sign * case
                when own_classes.lot_sign * flow_classes.lot_sign < 0 then -1
                else 1
            end as numeric(18, 2)
        ) as amount,
        coalesce(corrections.original_flow_id, flows.flow_id) as original_flow_id,
        coalesce(
            corrections.original_transaction_type_id, flows.transaction_type_id
        ) as transaction_type_id,
        coalesce(corrections.original_trade_date, flows.trade_date) as trade_date,
        coalesce(nullif(flows.account_id, 'in_transit'), 'unassigned') as account_id,
        flows.corrects_flow_id is null as is_original
    from flows
    left join corrections
        on flows.flow_id = corrections.flow_id
    inner join transaction_types as own_types
        on flows.transaction_type_id = own_types.transaction_type_id
    inner join flow_classes as own_classes
        on own_types.flow_class = own_classes.flow_class
    inner join transaction_types as original_types
        on
            coalesce(
                corrections.original_transaction_type_id, flows.transaction_type_id
            ) = original_types.transaction_type_id
    inner join flow_classes
        on original_types.flow_class = flow_classes.flow_class
    where
        flow_classes.negative_undoes
        and (flows.corrects_flow_id is null or corrections.has_original)

),

netted_flows as (

    select
        original_flow_id,
        transaction_type_id,
        account_id,
        product_id,
        flow_class,
        trade_date,
        cast(sum(amount) as numeric(18, 2)) as amount,
        min(case when is_original then amount end) as own_amount
    from signed_flows
    group by
        original_flow_id,
        transaction_type_id,
        account_id,
        product_id,
        flow_class,
        trade_date

),

-- What came in, and what takes back: a purchase that was corrected by name to less than
-- nothing is neither.
movements as (

    select
        original_flow_id as flow_id,
        transaction_type_id,
        account_id,
        product_id,
        flow_class,
        trade_date,
        abs(amount) as amount,
        amount < 0 as is_reversal,
        case when amount < 0 then -1 else 1 end as step
    from netted_flows
    where
        amount > 0
        or (amount < 0 and own_amount < 0)

),

-- Purchases are opening brackets and reversals closing ones: a reversal closes the
-- nearest purchase of its amount that is still open.
running_steps as (

    select
        *,
        sum(step) over in_order as running_step,
        row_number() over in_order as place
    from movements
    window in_order as (
        partition by account_id, product_id, flow_class, amount
        order by trade_date, is_reversal, {{ bytewise('flow_id') }}
        rows unbounded preceding
    )

),

open_after as (

    select
        *,
        running_step - least(
            0,
            min(running_step) over (
                partition by account_id, product_id, flow_class, amount
                order by place
                rows unbounded preceding
            )
        ) as open_purchases
    from running_steps

),

levels as (

    select
        *,
        case
            when not is_reversal then open_purchases
            else coalesce(
                lag(open_purchases) over (
                    partition by account_id, product_id, flow_class, amount
                    order by place
                ),
                0
            )
        end as bracket_level
    from open_after

),

bracketed as (

    select
        *,
        case
            when is_reversal and bracket_level > 0
                then lag(flow_id) over (
                    partition by
                        account_id, product_id, flow_class, amount, bracket_level
                    order by place
                )
        end as earlier_flow_id
    from levels

),

-- A purchase of that amount that is dated later is the next best.
left_open as (

    select
        movements.*,
        row_number() over (
            partition by
                movements.account_id,
                movements.product_id,
                movements.flow_class,
                movements.amount,
                movements.is_reversal
            order by movements.trade_date desc, {{ bytewise('movements.flow_id') }} desc
        ) as place_from_end
    from bracketed as movements
    left join bracketed as reversals
        on
            movements.flow_id = reversals.earlier_flow_id
            and movements.account_id = reversals.account_id
            and movements.product_id = reversals.product_id
    where
        movements.earlier_flow_id is null
        and reversals.flow_id is null

),

of_one_amount as (

    select
        flow_id,
        account_id,
        product_id,
        flow_class,
        trade_date,
        earlier_flow_id as undone_flow_id
    from bracketed
    where earlier_flow_id is not null

    union all

    select
        reversals.flow_id,
        reversals.account_id,
        reversals.product_id,
        reversals.flow_class,
        reversals.trade_date,
        purchases.flow_id as undone_flow_id
    from left_open as reversals
    left join left_open as purchases
        on
            reversals.account_id = purchases.account_id
            and reversals.product_id = purchases.product_id
            and reversals.flow_class = purchases.flow_class
            and reversals.amount = purchases.amount
            and reversals.place_from_end = purchases.place_from_end
            and not purchases.is_reversal
    where reversals.is_reversal

),

-- What is of no purchase's amount takes from the latest one before it.
latest_purchases as (

    select
        reversals.flow_id,
        purchases.flow_id as undone_flow_id,
        row_number() over (
            partition by reversals.flow_id
            order by purchases.trade_date desc, {{ bytewise('purchases.flow_id') }} desc
        ) as place_from_end
    from of_one_amount as reversals
    inner join movements as purchases
        on
            reversals.account_id = purchases.account_id
            and reversals.product_id = purchases.product_id
            and reversals.flow_class = purchases.flow_class
            and reversals.trade_date >= purchases.trade_date
            and not purchases.is_reversal
    left join of_one_amount as undone
        on
            purchases.flow_id = undone.undone_flow_id
            and purchases.account_id = undone.account_id
            and purchases.product_id = undone.product_id
    where
        reversals.undone_flow_id is null
        and undone.flow_id is null

),

mirrored as (

    select
        of_one_amount.flow_id,
        of_one_amount.account_id,
        of_one_amount.product_id,
        of_one_amount.flow_class,
        coalesce(of_one_amount.undone_flow_id, latest_purchases.undone_flow_id)
            as original_flow_id,
        of_one_amount.undone_flow_id is not null as is_of_one_amount
    from of_one_amount
    left join latest_purchases
        on
            of_one_amount.flow_id = latest_purchases.flow_id
            and latest_purchases.place_from_end = 1

)

select * from mirrored
