with

legs as (

    select * from {{ ref('int_transfers_matched') }}
    where match_status <> 'unmatched'

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

)

select * from legs_in_transit
