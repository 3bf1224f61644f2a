-- For every wholesaler, plan and period, pay by sale adds up to what the tiers pay on
-- the sum of sales, computed tier by tier. Mart and sales agree to the cent.
with

earned as (

    select * from {{ ref('int_incentive_pay_earned') }}

),

plans as (

    select * from {{ ref('stg_distribution__compensation_plans') }}

),

tiers as (

    select
        plan_id,
        tier_from_amount,
        pay_rate,
        coalesce(
            lead(tier_from_amount) over (
                partition by plan_id
                order by tier_from_amount
            ),
            cast(9999999999999999 as numeric(18, 2))
        ) as tier_to_amount
    from {{ ref('stg_distribution__compensation_plan_tiers') }}

),

settled as (

    select
        plan_id,
        wholesaler_id,
        tier_period_sequence,
        sum(credit_amount) as credit_amount,
        sum(pay_amount) as pay_amount
    from earned
    where tier_period_sequence = period_sequence
    group by plan_id, wholesaler_id, tier_period_sequence

),

by_tier as (

    select
        settled.plan_id,
        settled.wholesaler_id,
        settled.tier_period_sequence,
        settled.pay_amount,
        sum(
            tiers.pay_rate * case
                when settled.credit_amount <= tiers.tier_from_amount
                    then cast(0 as numeric(18, 2))
                when
                    plans.tier_method = 'cliff'
                    and settled.credit_amount > tiers.tier_to_amount
                    then cast(0 as numeric(18, 2))
                when plans.tier_method = 'cliff'
                    then cast(settled.credit_amount as numeric(18, 2))
                else cast(
                    least(settled.credit_amount, tiers.tier_to_amount)
                    - tiers.tier_from_amount as numeric(18, 2)
                )
            end
        ) as tiered_amount
    from settled
    inner join plans
        on settled.plan_id = plans.plan_id
    inner join tiers
        on settled.plan_id = tiers.plan_id
    group by
        settled.plan_id,
        settled.wholesaler_id,
        settled.tier_period_sequence,
        settled.pay_amount

),

totals as (

    select
        (select sum(pay_amount) from earned) as sale_amount,
        (
            select sum(earned_amount + adjustment_amount)
            from {{ ref('incentive_pay') }}
        ) as mart_amount

)

select
    plan_id,
    wholesaler_id,
    tier_period_sequence,
    pay_amount,
    tiered_amount
from by_tier
where abs(pay_amount - tiered_amount) > 0.005

union all

select
    'all plans' as plan_id,
    'all wholesalers' as wholesaler_id,
    cast(null as integer) as tier_period_sequence,
    sale_amount as pay_amount,
    mart_amount as tiered_amount
from totals
where sale_amount is distinct from mart_amount
