{{ config(
    materialized='incremental_by_change',
    meta={
        'changes_with': 'int_sales_credits_based',
        'rebuild_on': [
            'stg_distribution__compensation_plans',
            'stg_distribution__compensation_plan_tiers',
        ],
        'logs_changes_by': [{'account_id': 'account_id', 'product_id': 'product_id'}],
    },
) }}

with

credits as (

    select * from {{ ref('int_sales_credits_based') }}
    where {{ is_changed('int_sales_credits_based') }}

),

plans as (

    select * from {{ ref('stg_distribution__compensation_plans') }}

),

plan_tiers as (

    select * from {{ ref('stg_distribution__compensation_plan_tiers') }}

),

-- Credit booked after its period was locked comes after what was paid there. So that
-- period's tiers apply, and what was paid does not change.
running_credit as (

    select
        *,
        sum(credit_amount) over in_order as credit_after_amount,
        sum(credit_amount) over in_order - credit_amount as credit_before_amount,
        min(period_sequence) over (
            partition by plan_id, wholesaler_id, tier_period_sequence
        ) as settled_sequence
    from credits
    window
        in_order as (
            partition by plan_id, wholesaler_id, tier_period_sequence
            order by
                period_sequence,
                trade_date,
                {{ bytewise('original_flow_id') }},
                {{ bytewise('account_id') }},
                {{ bytewise('product_id') }}
            rows unbounded preceding
        )

),

settled_credit as (

    select
        plan_id,
        wholesaler_id,
        tier_period_sequence,
        sum(
            case when period_sequence = settled_sequence then credit_amount end
        ) as settled_credit_amount
    from running_credit
    group by plan_id, wholesaler_id, tier_period_sequence

),

bounded_tiers as (

    select
        *,
        lead(tier_from_amount) over (
            partition by plan_id
            order by tier_from_amount
        ) as tier_to_amount
    from plan_tiers

),

-- A cliff pays all credit at one rate, which is fixed when the period is first paid.
applied_tiers as (

    select
        settled_credit.plan_id,
        settled_credit.wholesaler_id,
        settled_credit.tier_period_sequence,
        bounded_tiers.pay_rate,
        case plans.tier_method
            when 'cliff' then cast(0 as numeric(18, 2))
            else bounded_tiers.tier_from_amount
        end as tier_from_amount,
        case plans.tier_method
            when 'cliff' then cast(null as numeric(18, 2))
            else bounded_tiers.tier_to_amount
        end as tier_to_amount
    from settled_credit
    inner join plans
        on settled_credit.plan_id = plans.plan_id
    inner join bounded_tiers
        on settled_credit.plan_id = bounded_tiers.plan_id
    where
        plans.tier_method <> 'cliff'
        or (
            settled_credit.settled_credit_amount > bounded_tiers.tier_from_amount
            and (
                bounded_tiers.tier_to_amount is null
                or settled_credit.settled_credit_amount <= bounded_tiers.tier_to_amount
            )
        )

),

running_pay as (

    select
        running_credit.plan_id,
        running_credit.wholesaler_id,
        running_credit.original_flow_id,
        running_credit.account_id,
        running_credit.product_id,
        running_credit.tier_period_sequence,
        running_credit.period_sequence,
        running_credit.credit_amount,
        {% for state in ['before', 'after'] -%}
            coalesce(
                {{ tiered_amount(
                    'running_credit.credit_' ~ state ~ '_amount',
                    'applied_tiers.tier_from_amount',
                    'applied_tiers.tier_to_amount',
                    'applied_tiers.pay_rate',
                    "'marginal'"
                ) }},
                cast(0 as numeric(38, 14))
            ) as pay_{{ state }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from running_credit
    left join applied_tiers
        on
            running_credit.plan_id = applied_tiers.plan_id
            and running_credit.wholesaler_id = applied_tiers.wholesaler_id
            and running_credit.tier_period_sequence = applied_tiers.tier_period_sequence
    group by
        running_credit.plan_id,
        running_credit.wholesaler_id,
        running_credit.original_flow_id,
        running_credit.account_id,
        running_credit.product_id,
        running_credit.tier_period_sequence,
        running_credit.period_sequence,
        running_credit.credit_amount

),

-- Rounding applies to the running total of pay and not to each sale, so that the pay of
-- all sales adds up to the tiers.
rounded_pay as (

    select
        *,
        {% for state in ['before', 'after'] -%}
            cast(
                {{ rounded_quotient(
                    scaled_integer('pay_' ~ state, 14), (10 ** 12) | string
                ) }} * {{ decimal_unit(2) }} as numeric(18, 2)
            ) as rounded_{{ state }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from running_pay

),

pay_by_sale as (

    select
        plan_id,
        wholesaler_id,
        original_flow_id,
        account_id,
        product_id,
        tier_period_sequence,
        period_sequence,
        credit_amount,
        cast(rounded_after - rounded_before as numeric(18, 2)) as pay_amount,
        cast(
            pay_after - pay_before - (rounded_after - rounded_before)
            as numeric(28, 14)
        ) as rounding_remainder_amount
    from rounded_pay

)

select * from pay_by_sale
