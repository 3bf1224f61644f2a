-- The curve by another route: each lot compared with the age before, and the product of
-- the steps as a sum of logarithms. The firm's curve adds up the wholesalers'.
with

curves as (

    select * from {{ ref('retention_curves') }}

),

lots as (

    select
        flow_id,
        relief_method,
        age_days,
        original_amount,
        retained_amount
    from {{ ref('int_lots_retained') }}
    where
        is_cohort_member
        and not is_as_of

),

ages as (

    select distinct age_days
    from curves

),

age_pairs as (

    select
        ages.age_days,
        max(younger.age_days) as younger_age_days
    from ages
    left join ages as younger
        on ages.age_days > younger.age_days
    group by ages.age_days

),

steps as (

    select
        lots.relief_method,
        lots.age_days,
        count(*) as lots_at_risk,
        sum(lots.original_amount) as original_amount,
        sum(lots.retained_amount) as retained_amount,
        sum(
            coalesce(younger.retained_amount, lots.original_amount)
        ) as amount_at_risk
    from lots
    inner join age_pairs
        on lots.age_days = age_pairs.age_days
    left join lots as younger
        on
            lots.flow_id = younger.flow_id
            and lots.relief_method = younger.relief_method
            and age_pairs.younger_age_days = younger.age_days
    group by lots.relief_method, lots.age_days

),

estimated as (

    select
        steps.relief_method,
        steps.age_days,
        exp(sum(ln(
            cast(younger.retained_amount as double precision)
            / cast(younger.amount_at_risk as double precision)
        ))) as survival
    from steps
    inner join steps as younger
        on
            steps.relief_method = younger.relief_method
            and steps.age_days >= younger.age_days
            and younger.retained_amount > 0
    group by steps.relief_method, steps.age_days

),

summed as (

    select
        scope,
        relief_method,
        age_days,
        sum(lots_at_risk) as lots_at_risk,
        sum(original_amount_at_risk) as original_amount,
        sum(amount_at_risk) as amount_at_risk,
        sum(retained_amount) as retained_amount,
        min(case when scope = 'firm' then retention_km_rate end) as retention_km_rate
    from curves
    group by scope, relief_method, age_days

)

select
    summed.*,
    steps.amount_at_risk as expected_amount_at_risk,
    estimated.survival
from steps
inner join summed
    on
        steps.relief_method = summed.relief_method
        and steps.age_days = summed.age_days
left join estimated
    on
        steps.relief_method = estimated.relief_method
        and steps.age_days = estimated.age_days
where
    summed.lots_at_risk <> steps.lots_at_risk
    or summed.original_amount <> steps.original_amount
    or summed.amount_at_risk <> steps.amount_at_risk
    or summed.retained_amount <> steps.retained_amount
    or abs(summed.retention_km_rate - estimated.survival) > 0.00000001
