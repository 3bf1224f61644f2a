with

legs as (

    select * from {{ ref('int_transfers_matched') }}
    where not is_matched

),

flows as (

    select * from {{ ref('fact_aum_flows') }}

),

keyed as (

    select
        flows.flow_key,
        legs.flow_id,
        flows.transfer_id,
        legs.leg,
        legs.flow_class,
        legs.match_status,
        flows.account_key,
        flows.product_key,
        flows.advisor_key,
        flows.wholesaler_key,
        legs.trade_date,
        legs.basis,
        legs.quantity,
        legs.amount
    from legs
    inner join flows
        on legs.flow_id = flows.flow_id

)

select * from keyed
