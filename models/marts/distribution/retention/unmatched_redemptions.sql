with

events as (

    select * from {{ ref('int_lot_events_ordered') }}

),

flows as (

    select * from {{ ref('fact_aum_flows') }}

),

unmatched as (

    select
        flow_id,
        basis,
        unmatched_quantity,
        {{ prorated_amount('abs(amount)', 'unmatched_quantity', '-signed_quantity') }}
            as unmatched_amount
    from events
    where unmatched_quantity > 0

),

summed as (

    select
        flows.account_key,
        flows.product_key,
        unmatched.basis,
        cast(count(*) as integer) as redemptions,
        cast(sum(unmatched.unmatched_quantity) as numeric(28, 6))
            as unmatched_quantity,
        cast(sum(unmatched.unmatched_amount) as numeric(18, 2)) as unmatched_amount,
        min(flows.trade_date) as first_trade_date,
        max(flows.trade_date) as last_trade_date
    from unmatched
    inner join flows
        on unmatched.flow_id = flows.flow_id
    group by
        flows.account_key,
        flows.product_key,
        unmatched.basis

)

select * from summed
