-- A view: all but the flows of products with a split are as they were.
{{ config(materialized='view') }}

with

lot_flows as (

    select * from {{ ref('int_lot_flows_netted') }}

),

split_flows as (

    select * from {{ ref('int_split_flows_restated') }}

),

restated as (

    select
        lot_flows.flow_id,
        lot_flows.original_flow_id,
        lot_flows.account_id,
        lot_flows.product_id,
        lot_flows.flow_class,
        lot_flows.transfer_id,
        lot_flows.amount,
        lot_flows.lot_sign,
        lot_flows.trade_date,
        lot_flows.basis,
        lot_flows.is_cohort_member,
        coalesce(split_flows.quantity, lot_flows.quantity) as quantity
    from lot_flows
    left join split_flows
        on lot_flows.flow_id = split_flows.flow_id

)

select * from restated
