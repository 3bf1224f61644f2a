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

-- What is told after its period was locked follows behind what was paid there, so it is
-- paid by that period's tiers without moving it.
running as (

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

settled as (

    select
        plan_id,
        wholesaler_id,
        tier_period_sequence,
        sum(
            case when period_sequence = settled_sequence then credit_amount end
        ) as settled_credit_amount
    from running
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

-- A cliff pays all credit at one rate, which is settled when the period is first paid.
tiers as (

    select
        settled.plan_id,
        settled.wholesaler_id,
        settled.tier_period_sequence,
        bounded_tiers.pay_rate,
        case plans.tier_method
            when 'cliff' then cast(0 as numeric(18, 2))
            else bounded_tiers.tier_from_amount
        end as tier_from_amount,
        case plans.tier_method
            when 'cliff' then cast(null as numeric(18, 2))
            else bounded_tiers.tier_to_amount
        end as tier_to_amount
    from settled
    inner join plans
        on settled.plan_id = plans.plan_id
    inner join bounded_tiers
        on settled.plan_id = bounded_tiers.plan_id
    where
        plans.tier_method <> 'cliff'
        or (
            settled.settled_credit_amount > bounded_tiers.tier_from_amount
            and (
                bounded_tiers.tier_to_amount is null
                or settled.settled_credit_amount <= bounded_tiers.tier_to_amount
            )
        )

),

priced as (

    select
        running.plan_id,
        running.wholesaler_id,
        running.original_flow_id,
        running.account_id,
        running.product_id,
        running.tier_period_sequence,
        running.period_sequence,
        running.credit_amount,
        {% for state in ['before', 'after'] -%}
            coalesce(
                {{ tiered_amount(
                    'running.credit_' ~ state ~ '_amount',
                    'tiers.tier_from_amount',
                    'tiers.tier_to_amount',
                    'tiers.pay_rate',
                    "'marginal'"
                ) }},
                cast(0 as numeric(38, 14))
            ) as pay_{{ state }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from running
    left join tiers
        on
            running.plan_id = tiers.plan_id
            and running.wholesaler_id = tiers.wholesaler_id
            and running.tier_period_sequence = tiers.tier_period_sequence
    group by
        running.plan_id,
        running.wholesaler_id,
        running.original_flow_id,
        running.account_id,
        running.product_id,
        running.tier_period_sequence,
        running.period_sequence,
        running.credit_amount

),

-- Running pay is rounded, not each sale's, so that sales add up to the tiers.
rounded as (

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
    from priced

),

earned as (

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
    from rounded

)

select * from earned
