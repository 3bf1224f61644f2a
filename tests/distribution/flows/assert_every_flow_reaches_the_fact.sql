-- Each staged flow is in fact_aum_flows once, with its money and units except for the
-- sign.
with

staged as (

    select * from {{ ref('stg_distribution__aum_flows') }}

),

facts as (

    select * from {{ ref('fact_aum_flows') }}

)

select
    staged.flow_id as staged_flow_id,
    facts.flow_id as fact_flow_id,
    staged.amount as staged_amount,
    facts.amount as fact_amount,
    staged.units as staged_units,
    facts.units as fact_units
from staged
full outer join facts
    on staged.flow_id = facts.flow_id
where
    staged.flow_id is null
    or facts.flow_id is null
    or abs(staged.amount) <> abs(facts.amount)
    or coalesce(abs(staged.units), -1) <> coalesce(abs(facts.units), -1)
