-- Fee agreements that cannot be billed as they are written. What can be read of them is
-- billed all the same.
{{ config(severity='warn') }}

with

agreements as (

    select * from {{ ref('stg_distribution__fee_agreements') }}

),

tiers as (

    select
        agreement_id,
        min(tier_from_amount) as first_tier_from_amount
    from {{ ref('stg_distribution__fee_tiers') }}
    group by agreement_id

)

select
    agreement_id,
    'the minimum is above the cap, which counts' as reason
from agreements
where minimum_amount > cap_amount

union all

select
    tiers.agreement_id,
    'no tier begins at 0: assets below the first tier are free' as reason
from tiers
inner join agreements
    on tiers.agreement_id = agreements.agreement_id
where tiers.first_tier_from_amount > 0

union all

select
    tiers.agreement_id,
    'tiers of an agreement that is not in the feed' as reason
from tiers
left join agreements
    on tiers.agreement_id = agreements.agreement_id
where agreements.agreement_id is null
