with

legs as (

    select * from {{ ref('int_transfers_matched') }}
    where match_status <> 'unmatched'

),

splits as (

    select * from {{ ref('int_share_splits_derived') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

-- A transfer is settled on the date of its last leg. One that waits for a leg is not
-- settled.
settled_legs as (

    select
        legs.flow_id,
        legs.transfer_id,
        legs.transfer_class,
        legs.flow_class,
        legs.product_id,
        legs.trade_date,
        case
            when legs.is_matched
                then max(legs.trade_date) over (
                    partition by legs.transfer_id, legs.transfer_class
                )
            else {{ add_days('as_of.as_of_date', 1) }}
        end as settled_date,
        min(legs.trade_date) over (
            partition by legs.transfer_id, legs.transfer_class
        ) as first_trade_date,
        cast(
            case legs.leg when 'out' then legs.amount else -legs.amount end
            as numeric(18, 2)
        ) as transit_amount,
        cast(
            case legs.leg when 'out' then legs.quantity else -legs.quantity end
            as numeric(18, 6)
        ) as transit_quantity,
        legs.basis
    from legs
    cross join as_of

),

-- The last legs settle what the other legs put in transit, in the product that was in
-- transit.
delayed_legs as (

    select
        flow_id,
        flow_class,
        trade_date,
        settled_date,
        transit_amount,
        transit_quantity,
        case when trade_date < settled_date then basis end as waiting_basis,
        case
            when trade_date < settled_date then product_id
            else min(case when trade_date < settled_date then product_id end) over (
                partition by transfer_id, transfer_class
            )
        end as product_id
    from settled_legs
    where first_trade_date < settled_date

),

-- Units and money are not mixed in transit either: one leg in money sets the basis of
-- all legs in transit of its product.
legs_with_basis as (

    select
        *,
        min(waiting_basis) over (partition by product_id) as basis
    from delayed_legs

),

legs_in_transit as (

    select
        flow_id,
        flow_class,
        product_id,
        basis,
        trade_date as valid_from,
        settled_date as valid_to,
        transit_amount,
        'in_transit' as account_id,
        case basis
            when 'units' then transit_quantity
            else cast(transit_amount as numeric(18, 6))
        end as transit_quantity
    from legs_with_basis

),

-- In the units of each day, so that they can be multiplied by its price: a leg that a
-- split finds under way goes on in other units, and its money moved once.
legs_between_splits as (

    select
        legs_in_transit.flow_id,
        legs_in_transit.flow_class,
        legs_in_transit.product_id,
        legs_in_transit.basis,
        legs_in_transit.account_id,
        greatest(
            legs_in_transit.valid_from,
            coalesce(splits.valid_from, legs_in_transit.valid_from)
        ) as valid_from,
        case
            when legs_in_transit.valid_from < legs_in_transit.valid_to
                then least(
                    legs_in_transit.valid_to,
                    coalesce(splits.valid_to, legs_in_transit.valid_to)
                )
            else legs_in_transit.valid_to
        end as valid_to,
        case
            when splits.valid_from > legs_in_transit.valid_from
                then cast(0 as numeric(18, 2))
            else legs_in_transit.transit_amount
        end as transit_amount,
        cast(
            case
                when splits.product_id is null then legs_in_transit.transit_quantity
                else {{ restated_quantity(
                    'legs_in_transit.transit_quantity',
                    'splits.units_then', 'splits.units_now'
                ) }}
            end as numeric(18, 6)
        ) as transit_quantity
    from legs_in_transit
    left join splits
        on
            legs_in_transit.basis = 'units'
            and legs_in_transit.product_id = splits.product_id
            and legs_in_transit.valid_from < splits.valid_to
            and (
                legs_in_transit.valid_from >= splits.valid_from
                or legs_in_transit.valid_to > splits.valid_from
            )

)

select * from legs_between_splits
