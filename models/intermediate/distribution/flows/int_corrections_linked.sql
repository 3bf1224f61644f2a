with recursive

flows as (

    select * from {{ ref('stg_distribution__aum_flows') }}
    where {{ is_known('booked_date') }}

),

corrections as (

    select
        flow_id,
        corrects_flow_id
    from flows
    where corrects_flow_id is not null

),

ancestors as (

    select
        flow_id,
        corrects_flow_id as ancestor_id,
        1 as steps
    from corrections

    union all

    select
        ancestors.flow_id,
        corrections.corrects_flow_id as ancestor_id,
        ancestors.steps + 1 as steps
    from ancestors
    inner join corrections
        on ancestors.ancestor_id = corrections.flow_id
    -- Corrections that name each other in a circle have no original, so the recursion
    -- needs a limit.
    where ancestors.steps < 50

),

originals as (

    select
        ancestors.flow_id,
        flows.flow_id as original_flow_id,
        flows.transaction_type_id,
        flows.trade_date
    from ancestors
    inner join flows
        on ancestors.ancestor_id = flows.flow_id
    where flows.corrects_flow_id is null

),

resolved as (

    select
        corrections.flow_id,
        corrections.corrects_flow_id,
        originals.original_flow_id,
        originals.transaction_type_id as original_transaction_type_id,
        originals.trade_date as original_trade_date,
        originals.flow_id is not null as has_original
    from corrections
    left join originals
        on corrections.flow_id = originals.flow_id

)

select * from resolved
