{{ config(
    materialized='incremental_by_change',
    meta={
        'changes_with': 'sale',
        'matures_on': 'reached_date',
        'rebuild_on': ['int_pay_periods_sequenced', 'stg_distribution__compensation_plans'],
        'logs_changes_by': [{'tier_period_sequence': 'tier_period_sequence'}],
    },
) }}

with

planned as (

    select * from {{ ref('int_sales_credits_planned') }}
    where plan_id is not null

),

followed as (

    select * from {{ ref('int_sales_followed') }}

),

periods as (

    select * from {{ ref('int_pay_periods_sequenced') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

plans as (

    select * from {{ ref('stg_distribution__compensation_plans') }}

),

dated_credits as (

    select
        planned.*,
        plans.credit_basis,
        plans.retained_days,
        case plans.credit_basis
            when 'retained'
                then {{ add_days('planned.trade_date', 'plans.retained_days') }}
        end as reached_date
    from planned
    inner join plans
        on planned.plan_id = plans.plan_id

),

credits as (

    select * from dated_credits
    where
        {{ is_changed('sale') }}
        or {{ is_maturing('reached_date') }}

),

-- A plan on retained sales pays a sale in the pay period in which it reaches the plan's
-- age, by the tiers of that period.
reached_credits as (

    select
        credits.*,
        periods.period_sequence as reached_sequence
    from credits
    inner join as_of
        on credits.reached_date <= as_of.as_of_date
    inner join periods
        on
            credits.reached_date >= periods.period_start_date
            and credits.reached_date < periods.next_start_date

),

reached_sales as (

    select distinct
        plan_id,
        wholesaler_id,
        original_flow_id,
        account_id,
        product_id,
        trade_date,
        reached_date,
        retained_days,
        reached_sequence
    from reached_credits

),

retained_events as (

    select
        plan_id,
        wholesaler_id,
        original_flow_id,
        account_id,
        product_id,
        trade_date,
        reached_date,
        reached_sequence,
        greatest(period_sequence, reached_sequence) as period_sequence,
        gross_sales_credit_amount,
        cast(0 as numeric(18, 6)) as sold_quantity,
        cast(0 as numeric(18, 6)) as redeemed_quantity
    from reached_credits

    union all

    select
        reached_sales.plan_id,
        reached_sales.wholesaler_id,
        reached_sales.original_flow_id,
        reached_sales.account_id,
        reached_sales.product_id,
        reached_sales.trade_date,
        reached_sales.reached_date,
        reached_sales.reached_sequence,
        greatest(followed.period_sequence, reached_sales.reached_sequence)
            as period_sequence,
        cast(0 as numeric(18, 2)) as gross_sales_credit_amount,
        followed.sold_quantity,
        followed.redeemed_quantity
    from reached_sales
    inner join followed
        on
            reached_sales.original_flow_id = followed.original_flow_id
            and reached_sales.account_id = followed.account_id
            and reached_sales.product_id = followed.product_id
    where coalesce(followed.held_days, 0) <= reached_sales.retained_days

),

retained_by_period as (

    select
        plan_id,
        wholesaler_id,
        original_flow_id,
        account_id,
        product_id,
        trade_date,
        reached_date,
        reached_sequence,
        period_sequence,
        sum(sum(gross_sales_credit_amount)) over to_date as credit_amount,
        sum(sum(sold_quantity)) over to_date as sold_quantity,
        sum(sum(redeemed_quantity)) over to_date as redeemed_quantity
    from retained_events
    group by
        plan_id,
        wholesaler_id,
        original_flow_id,
        account_id,
        product_id,
        trade_date,
        reached_date,
        reached_sequence,
        period_sequence
    window
        to_date as (
            partition by
                plan_id, wholesaler_id, original_flow_id, account_id, product_id
            order by period_sequence
            rows unbounded preceding
        )

),

retained_credits as (

    select
        *,
        coalesce(
            {{ prorated_amount(
                'credit_amount',
                'least(sold_quantity, greatest(0, sold_quantity - redeemed_quantity))',
                'sold_quantity'
            ) }},
            cast(credit_amount as numeric(18, 2))
        ) as retained_credit_amount
    from retained_by_period

),

credits_on_basis as (

    select
        plan_id,
        wholesaler_id,
        original_flow_id,
        account_id,
        product_id,
        trade_date,
        reached_date,
        tier_period_sequence,
        period_sequence,
        case credit_basis
            when 'net' then firm_net_flow_credit_amount
            else gross_sales_credit_amount
        end as credit_amount
    from credits
    where credit_basis <> 'retained'

    union all

    select
        plan_id,
        wholesaler_id,
        original_flow_id,
        account_id,
        product_id,
        trade_date,
        reached_date,
        reached_sequence as tier_period_sequence,
        period_sequence,
        cast(
            retained_credit_amount - lag(
                retained_credit_amount, 1, cast(0 as numeric(18, 2))
            ) over (
                partition by
                    plan_id, wholesaler_id, original_flow_id, account_id, product_id
                order by period_sequence
            ) as numeric(18, 2)
        ) as credit_amount
    from retained_credits

),

nonzero_credits as (

    select * from credits_on_basis
    where credit_amount <> 0

)

select * from nonzero_credits
