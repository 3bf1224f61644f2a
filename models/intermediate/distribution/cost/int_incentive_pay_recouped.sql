{%- set changes_with = ['holding', 'int_incentive_pay_earned'] -%}
{{ config(
    materialized='incremental_by_change',
    meta={
        'changes_with': changes_with,
        'rebuild_on': ['stg_distribution__compensation_plans'],
    },
) }}

with

earned as (

    select * from {{ ref('int_incentive_pay_earned') }}
    where {{ is_changed(changes_with) }}

),

followed as (

    select * from {{ ref('int_sales_followed') }}
    where {{ is_changed(changes_with) }}

),

plans as (

    select * from {{ ref('stg_distribution__compensation_plans') }}
    where clawback_days is not null

),

paid_sales as (

    select distinct
        earned.plan_id,
        earned.wholesaler_id,
        earned.original_flow_id,
        earned.account_id,
        earned.product_id,
        plans.clawback_days,
        -- Under a plan on retained sales, what was redeemed by the plan's age was never
        -- paid for.
        case plans.credit_basis
            when 'retained' then plans.retained_days
            else -1
        end as unpaid_days
    from earned
    inner join plans
        on earned.plan_id = plans.plan_id

),

events as (

    select
        earned.plan_id,
        earned.wholesaler_id,
        earned.original_flow_id,
        earned.account_id,
        earned.product_id,
        earned.period_sequence,
        earned.pay_amount,
        cast(0 as numeric(18, 6)) as sold_quantity,
        cast(0 as numeric(18, 6)) as redeemed_quantity
    from earned
    inner join plans
        on earned.plan_id = plans.plan_id

    union all

    select
        paid_sales.plan_id,
        paid_sales.wholesaler_id,
        paid_sales.original_flow_id,
        paid_sales.account_id,
        paid_sales.product_id,
        followed.period_sequence,
        cast(0 as numeric(18, 2)) as pay_amount,
        case
            when
                followed.held_days is null
                or followed.held_days > paid_sales.unpaid_days
                then followed.sold_quantity
            else cast(-followed.redeemed_quantity as numeric(18, 6))
        end as sold_quantity,
        case
            when followed.held_days > paid_sales.unpaid_days
                then followed.redeemed_quantity
            else cast(0 as numeric(18, 6))
        end as redeemed_quantity
    from paid_sales
    inner join followed
        on
            paid_sales.original_flow_id = followed.original_flow_id
            and paid_sales.account_id = followed.account_id
            and paid_sales.product_id = followed.product_id
    where coalesce(followed.held_days, 0) < paid_sales.clawback_days

),

sales_to_date as (

    select
        plan_id,
        wholesaler_id,
        original_flow_id,
        account_id,
        product_id,
        period_sequence,
        sum(sum(pay_amount)) over to_date as pay_amount,
        sum(sum(sold_quantity)) over to_date as sold_quantity,
        sum(sum(redeemed_quantity)) over to_date as redeemed_quantity
    from events
    group by
        plan_id,
        wholesaler_id,
        original_flow_id,
        account_id,
        product_id,
        period_sequence
    window
        to_date as (
            partition by
                plan_id, wholesaler_id, original_flow_id, account_id, product_id
            order by period_sequence
            rows unbounded preceding
        )

),

-- The claw-back is the sale's pay in proportion to the redeemed part of the sale, so at
-- the rate that the sale earned. It is never more than the sale earned, and all of it
-- where all is redeemed.
clawback_due as (

    select
        *,
        coalesce(
            {{ prorated_amount(
                'greatest(pay_amount, 0)',
                'greatest(0, least(redeemed_quantity, sold_quantity))',
                'sold_quantity'
            ) }},
            cast(0 as numeric(18, 2))
        ) as due_amount
    from sales_to_date

),

clawback_changes as (

    select
        plan_id,
        wholesaler_id,
        original_flow_id,
        account_id,
        product_id,
        period_sequence,
        cast(
            due_amount - lag(due_amount, 1, cast(0 as numeric(18, 2))) over (
                partition by
                    plan_id, wholesaler_id, original_flow_id, account_id, product_id
                order by period_sequence
            ) as numeric(18, 2)
        ) as clawback_amount
    from clawback_due

),

clawbacks as (

    select *
    from clawback_changes
    where clawback_amount <> 0

)

select * from clawbacks
