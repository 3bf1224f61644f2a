with

earned as (

    select * from {{ ref('int_incentive_pay_earned') }}

),

clawed_back as (

    select * from {{ ref('int_incentive_pay_recouped') }}

),

plans as (

    select * from {{ ref('stg_distribution__compensation_plans') }}

),

periods as (

    select * from {{ ref('int_pay_periods_sequenced') }}

),

pay_periods as (

    select * from {{ ref('dim_pay_periods') }}

),

wholesalers as (

    select * from {{ ref('dim_wholesalers') }}

),

parts as (

    select
        plan_id,
        wholesaler_id,
        period_sequence,
        case when tier_period_sequence = period_sequence then credit_amount else 0 end
            as credit_amount,
        case when tier_period_sequence < period_sequence then credit_amount else 0 end
            as adjusted_credit_amount,
        case when tier_period_sequence = period_sequence then pay_amount else 0 end
            as earned_amount,
        case when tier_period_sequence < period_sequence then pay_amount else 0 end
            as adjustment_amount,
        0 as clawback_amount,
        rounding_remainder_amount
    from earned

    union all

    select
        plan_id,
        wholesaler_id,
        period_sequence,
        0 as credit_amount,
        0 as adjusted_credit_amount,
        0 as earned_amount,
        0 as adjustment_amount,
        clawback_amount,
        0 as rounding_remainder_amount
    from clawed_back

),

summed as (

    select
        plan_id,
        wholesaler_id,
        period_sequence,
        sum(credit_amount) as credit_amount,
        sum(adjusted_credit_amount) as adjusted_credit_amount,
        sum(earned_amount) as earned_amount,
        sum(adjustment_amount) as adjustment_amount,
        sum(clawback_amount) as clawback_amount,
        sum(rounding_remainder_amount) as rounding_remainder_amount
    from parts
    group by plan_id, wholesaler_id, period_sequence

),

payable as (

    select
        pay_periods.pay_period_key,
        pay_periods.period_end_date,
        wholesalers.wholesaler_key,
        summed.plan_id,
        plans.role,
        plans.credit_basis,
        plans.tier_method,
        pay_periods.is_locked,
        cast(summed.credit_amount as numeric(18, 2)) as credit_amount,
        cast(summed.adjusted_credit_amount as numeric(18, 2)) as adjusted_credit_amount,
        cast(summed.earned_amount as numeric(18, 2)) as earned_amount,
        cast(summed.adjustment_amount as numeric(18, 2)) as adjustment_amount,
        cast(summed.clawback_amount as numeric(18, 2)) as clawback_amount,
        cast(
            summed.earned_amount + summed.adjustment_amount - summed.clawback_amount
            as numeric(18, 2)
        ) as payable_amount,
        cast(summed.rounding_remainder_amount as numeric(18, 10))
            as rounding_remainder_amount
    from summed
    inner join plans
        on summed.plan_id = plans.plan_id
    inner join periods
        on summed.period_sequence = periods.period_sequence
    inner join pay_periods
        on periods.pay_period_id = pay_periods.pay_period_id
    inner join wholesalers
        on summed.wholesaler_id = wholesalers.wholesaler_id

)

select * from payable
