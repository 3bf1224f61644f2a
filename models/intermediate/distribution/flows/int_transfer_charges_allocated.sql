with

legs as (

    select * from {{ ref('int_transfers_matched') }}
    where is_matched

),

flow_classes as (

    select * from {{ ref('flow_classes') }}

),

-- What left and what arrived of each transfer, and whether both took one day.
transfer_totals as (

    select
        legs.transfer_id,
        legs.transfer_class,
        flow_classes.leg_moves,
        max(legs.trade_date) as settled_date,
        min(legs.trade_date) < max(legs.trade_date) as is_delayed,
        min(legs.basis) as least_basis,
        max(legs.basis) as greatest_basis,
        min(legs.product_id) as least_product_id,
        max(legs.product_id) as greatest_product_id,
        sum(case legs.leg when 'in' then legs.amount else 0 end) as arrived_amount,
        sum(case legs.leg when 'out' then legs.amount else 0 end) as left_amount,
        sum(case legs.leg when 'in' then legs.quantity else 0 end) as arrived_quantity,
        sum(case legs.leg when 'out' then legs.quantity else 0 end) as left_quantity
    from legs
    inner join flow_classes
        on legs.transfer_class = flow_classes.flow_class
    group by
        legs.transfer_id,
        legs.transfer_class,
        flow_classes.leg_moves

),

-- Units that travel for days are worth something else when they arrive: then only units
-- that are missing are a charge, at what the others are worth.
charged_transfers as (

    select
        *,
        cast(
            case
                when
                    is_delayed
                    and leg_moves = 'account'
                    and least_basis = 'units'
                    and greatest_basis = 'units'
                    and least_product_id = greatest_product_id
                    then {{ prorated_amount(
                        'cast(arrived_amount as numeric(18, 2))',
                        'arrived_quantity - left_quantity',
                        'arrived_quantity'
                    ) }}
                else arrived_amount - left_amount
            end as numeric(18, 2)
        ) as charge_amount
    from transfer_totals

),

-- Within a day the sender bears the charge. What was under way for days was nobody's.
charged_in_transit as (

    select
        charged_transfers.transfer_id,
        charged_transfers.transfer_class,
        charged_transfers.settled_date as trade_date,
        charged_transfers.charge_amount,
        'in_transit' as account_id,
        min(legs.product_id) as product_id
    from charged_transfers
    inner join legs
        on
            charged_transfers.transfer_id = legs.transfer_id
            and charged_transfers.transfer_class = legs.transfer_class
            and charged_transfers.settled_date > legs.trade_date
    where
        charged_transfers.is_delayed
        and charged_transfers.charge_amount <> 0
    group by
        charged_transfers.transfer_id,
        charged_transfers.transfer_class,
        charged_transfers.settled_date,
        charged_transfers.charge_amount

),

-- By the money of each leg that left, or by head where one has none.
weighted_legs as (

    select
        legs.flow_id,
        legs.transfer_id,
        legs.transfer_class,
        legs.account_id,
        legs.product_id,
        legs.trade_date,
        charged_transfers.charge_amount,
        {{ scaled_integer('abs(charged_transfers.charge_amount)', 2) }}
            as charge_cents,
        case
            when
                min(legs.amount) over (
                    partition by legs.transfer_id, legs.transfer_class
                ) > 0
                then {{ scaled_integer('legs.amount', 2) }}
            else {{ scaled_integer('cast(1 as numeric(18, 2))', 2) }}
        end as weight
    from legs
    inner join charged_transfers
        on
            legs.transfer_id = charged_transfers.transfer_id
            and legs.transfer_class = charged_transfers.transfer_class
    where
        legs.leg = 'out'
        and not charged_transfers.is_delayed
        and charged_transfers.charge_amount <> 0

),

totalled_legs as (

    select
        *,
        sum(weight) over (partition by transfer_id, transfer_class) as total_weight
    from weighted_legs

),

shared_legs as (

    select
        *,
        {{ largest_remainder(
            'charge_cents', 'weight', 'total_weight', 'transfer_id, transfer_class',
            bytewise('flow_id')
        ) }} as shared_cents
    from totalled_legs

),

allocated as (

    select
        flow_id,
        transfer_id,
        transfer_class,
        account_id,
        product_id,
        trade_date,
        cast(
            case when charge_amount < 0 then -shared_cents else shared_cents end
            * {{ decimal_unit(2) }} as numeric(18, 2)
        ) as charge_amount,
        false as is_in_transit
    from shared_legs

    union all

    select
        cast(null as text) as flow_id,
        transfer_id,
        transfer_class,
        account_id,
        product_id,
        trade_date,
        charge_amount,
        true as is_in_transit
    from charged_in_transit

)

select * from allocated
