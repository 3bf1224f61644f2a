-- At the end of every period, the claw-back of a sale is between zero and its pay to
-- date, and the sale has redemptions where there is a claw-back.
{%- set changes_with = ['holding', 'int_incentive_pay_earned'] %}

with

earned as (

    select * from {{ ref('int_incentive_pay_earned') }}
    where {{ is_changed(changes_with) }}

),

clawed_back as (

    select * from {{ ref('int_incentive_pay_recouped') }}
    where {{ is_changed(changes_with) }}

),

followed as (

    select * from {{ ref('int_sales_followed') }}
    where {{ is_changed(changes_with) }}

),

periods as (

    select * from {{ ref('int_pay_periods_sequenced') }}

),

paid_so_far as (

    select
        earned.plan_id,
        earned.wholesaler_id,
        earned.original_flow_id,
        earned.account_id,
        earned.product_id,
        periods.period_sequence,
        sum(earned.pay_amount) as pay_amount
    from earned
    inner join periods
        on earned.period_sequence <= periods.period_sequence
    group by
        earned.plan_id,
        earned.wholesaler_id,
        earned.original_flow_id,
        earned.account_id,
        earned.product_id,
        periods.period_sequence

),

taken_so_far as (

    select
        clawed_back.plan_id,
        clawed_back.wholesaler_id,
        clawed_back.original_flow_id,
        clawed_back.account_id,
        clawed_back.product_id,
        periods.period_sequence,
        sum(clawed_back.clawback_amount) as clawback_amount
    from clawed_back
    inner join periods
        on clawed_back.period_sequence <= periods.period_sequence
    group by
        clawed_back.plan_id,
        clawed_back.wholesaler_id,
        clawed_back.original_flow_id,
        clawed_back.account_id,
        clawed_back.product_id,
        periods.period_sequence

),

redeemed_sales as (

    select distinct
        original_flow_id,
        account_id,
        product_id
    from followed
    where redeemed_quantity > 0

)

select
    taken_so_far.*,
    paid_so_far.pay_amount
from taken_so_far
left join paid_so_far
    on
        taken_so_far.plan_id = paid_so_far.plan_id
        and taken_so_far.wholesaler_id = paid_so_far.wholesaler_id
        and taken_so_far.original_flow_id = paid_so_far.original_flow_id
        and taken_so_far.account_id = paid_so_far.account_id
        and taken_so_far.product_id = paid_so_far.product_id
        and taken_so_far.period_sequence = paid_so_far.period_sequence
left join redeemed_sales
    on
        taken_so_far.original_flow_id = redeemed_sales.original_flow_id
        and taken_so_far.account_id = redeemed_sales.account_id
        and taken_so_far.product_id = redeemed_sales.product_id
where
    taken_so_far.clawback_amount < 0
    or taken_so_far.clawback_amount > greatest(coalesce(paid_so_far.pay_amount, 0), 0)
    or redeemed_sales.original_flow_id is null
