with

flows as (

    select * from {{ ref('stg_distribution__aum_flows') }}
    where {{ is_known('booked_date') }}

),

linked_corrections as (

    select * from {{ ref('int_corrections_linked') }}

),

reversals as (

    select * from {{ ref('int_reversals_mirrored') }}

),

-- A correction of a reversal goes where the reversal goes.
takings_back as (

    select
        linked_corrections.flow_id,
        linked_corrections.corrects_flow_id,
        case
            when reversals.flow_id is null then linked_corrections.original_flow_id
            else reversals.original_flow_id
        end as original_flow_id,
        false as is_reversal
    from linked_corrections
    left join reversals
        on linked_corrections.original_flow_id = reversals.flow_id

    union all

    select
        flow_id,
        cast(null as text) as corrects_flow_id,
        original_flow_id,
        true as is_reversal
    from reversals

),

resolved as (

    select
        takings_back.flow_id,
        takings_back.corrects_flow_id,
        takings_back.original_flow_id,
        flows.transaction_type_id as original_transaction_type_id,
        flows.trade_date as original_trade_date,
        takings_back.is_reversal,
        takings_back.original_flow_id is not null as has_original
    from takings_back
    left join flows
        on takings_back.original_flow_id = flows.flow_id

)

select * from resolved
