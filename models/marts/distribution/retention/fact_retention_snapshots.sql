{{ config(
    materialized='incremental_by_change',
    meta={
        'changes_with': 'flow',
        'matures_on': 'snapshot_date',
        'logs_changes_by': [{'cohort_month': month_start('trade_date')}],
    },
) }}

with

lots as (

    select * from {{ ref('int_lots_retained') }}
    where
        not is_as_of
        and (
            {{ is_changed('flow') }}
            or {{ is_maturing('snapshot_date') }}
        )

),

flows as (

    select * from {{ ref('fact_aum_flows') }}

),

snapshots as (

    select
        flows.flow_key,
        lots.flow_id,
        flows.account_key,
        flows.product_key,
        flows.advisor_key,
        flows.firm_key,
        flows.territory_key,
        flows.wholesaler_key,
        lots.trade_date,
        lots.age_days,
        lots.snapshot_date,
        lots.relief_method,
        lots.basis,
        lots.is_cohort_member,
        lots.lot_date_source,
        lots.original_amount,
        lots.retained_amount,
        lots.retained_in_product_amount,
        lots.original_quantity,
        lots.retained_quantity,
        lots.retained_in_product_quantity
    from lots
    inner join flows
        on lots.flow_id = flows.flow_id

)

select * from snapshots
