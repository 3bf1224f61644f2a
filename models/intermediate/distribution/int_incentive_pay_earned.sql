with

credits as (

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

    select * from {{ ref('int_as_of_date_settled') }}

),

plans as (

    select * from {{ ref('stg_distribution__compensation_plans') }}

),

plan_tiers as (

    select * from {{ ref('stg_distribution__compensation_plan_tiers') }}

),

-- A sale is paid as retained in the pay period in which it reaches the plan's age, by
-- the tiers of that period.
reached as (

    select
        credits.plan_id,
        credits.wholesaler_id,
        credits.original_flow_id,
        credits.account_id,
        credits.product_id,
        credits.trade_date,
        credits.period_sequence,
        credits.gross_sales_credit_amount,
        plans.retained_days,
        periods.period_sequence as reached_sequence
    from credits
    cross join as_of
    inner join plans
        on credits.plan_id = plans.plan_id
    inner join periods
        on
            {{ add_days('credits.trade_date', 'plans.retained_days') }}
            >= periods.period_start_date
            and {{ add_days('credits.trade_date', 'plans.retained_days') }}
            < periods.next_start_date
    where
        plans.credit_basis = 'retained'
        and {{ add_days('credits.trade_date', 'plans.retained_days') }}
        <= as_of.as_of_date

),

reached_sales as (

    select distinct
        plan_id,
        wholesaler_id,
        original_flow_id,
        account_id,
        product_id,
        trade_date,
        retained_days,
        reached_sequence
    from reached

),

retained_events as (

    select
        plan_id,
        wholesaler_id,
        original_flow_id,
        account_id,
        product_id,
        trade_date,
        reached_sequence,
        greatest(period_sequence, reached_sequence) as period_sequence,
        gross_sales_credit_amount,
        cast(0 as numeric(18, 6)) as sold_quantity,
        cast(0 as numeric(18, 6)) as redeemed_quantity
    from reached

    union all

    select
        reached_sales.plan_id,
        reached_sales.wholesaler_id,
        reached_sales.original_flow_id,
        reached_sales.account_id,
        reached_sales.product_id,
        reached_sales.trade_date,
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
        reached_sequence,
        period_sequence,
        sum(sum(gross_sales_credit_amount)) over told_so_far as credit_amount,
        sum(sum(sold_quantity)) over told_so_far as sold_quantity,
        sum(sum(redeemed_quantity)) over told_so_far as redeemed_quantity
    from retained_events
    group by
        plan_id,
        wholesaler_id,
        original_flow_id,
        account_id,
        product_id,
        trade_date,
        reached_sequence,
        period_sequence
    window
        told_so_far as (
            partition by
                plan_id, wholesaler_id, original_flow_id, account_id, product_id
            order by period_sequence
            rows unbounded preceding
        )

),

retained as (

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

based as (

    select
        credits.plan_id,
        credits.wholesaler_id,
        credits.original_flow_id,
        credits.account_id,
        credits.product_id,
        credits.trade_date,
        credits.tier_period_sequence,
        credits.period_sequence,
        case plans.credit_basis
            when 'net' then credits.firm_net_flow_credit_amount
            else credits.gross_sales_credit_amount
        end as credit_amount
    from credits
    inner join plans
        on credits.plan_id = plans.plan_id
    where plans.credit_basis <> 'retained'

    union all

    select
        plan_id,
        wholesaler_id,
        original_flow_id,
        account_id,
        product_id,
        trade_date,
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
    from retained

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
    from based
    where credit_amount <> 0
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
