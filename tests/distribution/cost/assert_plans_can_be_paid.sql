-- Compensation plans that cannot be paid as they are written. What can be read of them
-- is paid all the same.
{{ config(severity='warn') }}

with

plans as (

    select * from {{ ref('stg_distribution__compensation_plans') }}

),

assignments as (

    select distinct plan_id
    from {{ ref('stg_distribution__compensation_plan_assignments') }}

),

tiers as (

    select
        plan_id,
        min(tier_from_amount) as first_tier_from_amount
    from {{ ref('stg_distribution__compensation_plan_tiers') }}
    group by plan_id

)

select
    plan_id,
    'pays on retained sales and does not say at what age' as reason
from plans
where
    credit_basis = 'retained'
    and retained_days is null

union all

select
    plans.plan_id,
    'has no tier: it pays nothing' as reason
from plans
left join tiers
    on plans.plan_id = tiers.plan_id
where tiers.plan_id is null

union all

select
    tiers.plan_id,
    'no tier begins at 0: credit below the first tier is not paid' as reason
from tiers
inner join plans
    on tiers.plan_id = plans.plan_id
where tiers.first_tier_from_amount > 0

union all

select
    tiers.plan_id,
    'tiers of a plan that is not in the feed' as reason
from tiers
left join plans
    on tiers.plan_id = plans.plan_id
where plans.plan_id is null

union all

select
    assignments.plan_id,
    'assigned, and not in the feed of plans' as reason
from assignments
left join plans
    on assignments.plan_id = plans.plan_id
where plans.plan_id is null
