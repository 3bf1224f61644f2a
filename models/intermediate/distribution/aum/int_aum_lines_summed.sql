{{ config(
    materialized='incremental_by_change',
    meta={'changes_with': 'line'},
) }}

with

flows as (

    select * from {{ ref('int_flows_attributed') }}
    where {{ is_changed('line', "coalesce(account_id, 'unassigned'), product_id") }}

),

flow_classes as (

    select * from {{ ref('flow_classes') }}

),

events as (

    select * from {{ ref('int_lot_events_ordered') }}
    where {{ is_changed('line') }}

),

transit_legs as (

    select * from {{ ref('int_transfer_legs_delayed') }}

),

charges as (

    select * from {{ ref('int_transfer_charges_allocated') }}
    where {{ is_changed('line') }}

),

balances as (

    select * from {{ ref('int_balances_held') }}
    where {{ is_changed('line') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

-- All measures, each with the sign of its effect on assets. A flow fills one of them.
signed_flows as (

    select
        flows.product_id,
        flows.trade_date,
        flows.lot_sign,
        flows.distribution_amount,
        flow_classes.is_organic,
        cast(
            flows.gross_sales_amount
            - flows.redemption_amount
            + flows.exchange_in_amount
            - flows.exchange_out_amount
            + flows.transfer_in_amount
            - flows.transfer_out_amount
            + flows.reinvestment_amount
            - flows.distribution_amount
            - flows.fee_amount
            + flows.seed_amount
            + flows.adjustment_amount
            + flows.acquisition_amount
            + flows.unmatched_correction_amount
            as numeric(18, 2)
        ) as amount,
        replace(flow_classes.rollforward_line, ' ', '_') as rollforward_line,
        coalesce(flows.account_id, 'unassigned') as account_id
    from flows
    cross join as_of
    inner join flow_classes
        on flows.flow_class = flow_classes.flow_class
    where flows.trade_date <= as_of.as_of_date

),

-- A reported amount that changes no known lot must be reversed, or the lines do not add
-- up. A distribution paid in cash is not reversed, because the price fell by it.
movements as (

    select
        account_id,
        product_id,
        trade_date,
        rollforward_line,
        amount,
        cast(case when is_organic then amount end as numeric(18, 2))
            as organic_amount,
        cast(case when lot_sign = 0 then distribution_amount end as numeric(18, 2))
            as paid_out_amount
    from signed_flows

    union all

    select
        account_id,
        product_id,
        trade_date,
        'history_gap' as rollforward_line,
        cast(-amount - distribution_amount as numeric(18, 2)) as amount,
        cast(null as numeric(18, 2)) as organic_amount,
        cast(null as numeric(18, 2)) as paid_out_amount
    from signed_flows
    where lot_sign = 0

    union all

    select
        account_id,
        product_id,
        trade_date,
        'history_gap' as rollforward_line,
        {{ prorated_amount('-amount', 'unmatched_quantity', '-signed_quantity') }}
            as amount,
        cast(null as numeric(18, 2)) as organic_amount,
        cast(null as numeric(18, 2)) as paid_out_amount
    from events
    where unmatched_quantity > 0

    union all

    -- An amount that leaves an account joins what is in transit, and leaves it on
    -- arrival.
    select
        transit_legs.account_id,
        transit_legs.product_id,
        transit_legs.valid_from as trade_date,
        replace(flow_classes.rollforward_line, ' ', '_') as rollforward_line,
        transit_legs.transit_amount as amount,
        cast(null as numeric(18, 2)) as organic_amount,
        cast(null as numeric(18, 2)) as paid_out_amount
    from transit_legs
    inner join flow_classes
        on transit_legs.flow_class = flow_classes.flow_class

    union all

    select
        account_id,
        product_id,
        trade_date,
        'transfer_charges' as rollforward_line,
        charge_amount as amount,
        cast(null as numeric(18, 2)) as organic_amount,
        cast(null as numeric(18, 2)) as paid_out_amount
    from charges

    union all

    -- The line of the transfer itself then holds what arrived, not what left. What was
    -- in transit is closed by what arrived already.
    select
        charges.account_id,
        charges.product_id,
        charges.trade_date,
        replace(flow_classes.rollforward_line, ' ', '_') as rollforward_line,
        cast(-charges.charge_amount as numeric(18, 2)) as amount,
        cast(null as numeric(18, 2)) as organic_amount,
        cast(null as numeric(18, 2)) as paid_out_amount
    from charges
    inner join flow_classes
        on charges.transfer_class = flow_classes.flow_class
    where not charges.is_in_transit

),

holdings as (

    select
        account_id,
        product_id,
        basis
    from balances

    union

    select
        account_id,
        product_id,
        basis
    from transit_legs

),

summed as (

    select
        movements.account_id,
        movements.product_id,
        movements.trade_date,
        holdings.basis,
        {% for line in rollforward_lines() -%}
            cast(
                sum(
                    case
                        when movements.rollforward_line = '{{ line }}'
                            then movements.amount
                        else 0
                    end
                )
                as numeric(18, 2)
            ) as {{ line }}_amount,
        {% endfor -%}
        cast(coalesce(sum(movements.organic_amount), 0) as numeric(18, 2))
            as organic_flow_amount,
        cast(coalesce(sum(movements.paid_out_amount), 0) as numeric(18, 2))
            as paid_out_amount
    from movements
    left join holdings
        on
            movements.account_id = holdings.account_id
            and movements.product_id = holdings.product_id
    where movements.rollforward_line is not null
    group by
        movements.account_id,
        movements.product_id,
        movements.trade_date,
        holdings.basis

)

select * from summed
