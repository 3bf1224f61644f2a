{{ config(
    materialized='incremental_by_change',
    meta={
        'changes_with': 'sale',
        'rebuild_on': [
            'int_pay_periods_sequenced',
            'stg_distribution__compensation_plans',
            'stg_distribution__compensation_plan_assignments',
        ],
        'parts_of': 'int_flows_attributed',
    },
) }}

with

credits as (

    select * from {{ ref('int_sales_credits_allocated') }}
    where {{ is_changed('sale', "coalesce(account_id, 'unassigned'), product_id") }}

),

flows as (

    select * from {{ ref('int_flows_attributed') }}
    where {{ is_changed('sale', "coalesce(account_id, 'unassigned'), product_id") }}

),

periods as (

    select * from {{ ref('int_pay_periods_sequenced') }}

),

plans as (

    select * from {{ ref('stg_distribution__compensation_plans') }}

),

assignments as (

    select * from {{ ref('stg_distribution__compensation_plan_assignments') }}
    where {{ is_known('booked_date') }}

),

versions as (

    select
        *,
        lead(booked_date) over (
            partition by wholesaler_id, plan_id, valid_from
            order by booked_date
        ) as next_booked_date
    from assignments

),

-- A plan assignment booked after a period was locked does not apply to that period.
plan_terms as (

    select distinct
        versions.wholesaler_id,
        plans.plan_id,
        plans.role,
        periods.period_sequence as trade_sequence,
        greatest(versions.valid_from, periods.period_start_date) as valid_from,
        least(
            coalesce(versions.valid_to, {{ end_of_time() }}), periods.next_start_date
        ) as valid_to
    from versions
    inner join plans
        on versions.plan_id = plans.plan_id
    inner join periods
        on
            versions.valid_from < periods.next_start_date
            and coalesce(versions.valid_to, {{ end_of_time() }})
            > periods.period_start_date
            and versions.booked_date <= periods.known_until_date
            and (
                versions.next_booked_date is null
                or versions.next_booked_date > periods.known_until_date
            )

),

-- A sale is a flow with its corrections in the same account and product.
sale_credits as (

    select
        credits.wholesaler_id,
        credits.role,
        flows.original_flow_id,
        credits.product_id,
        credits.trade_date,
        credits.period_sequence,
        coalesce(credits.account_id, 'unassigned') as account_id,
        sum(credits.gross_sales_credit_amount) as gross_sales_credit_amount,
        sum(credits.firm_net_flow_credit_amount) as firm_net_flow_credit_amount
    from credits
    inner join flows
        on credits.flow_id = flows.flow_id
    where
        credits.attribution_mode = 'as_paid'
        and credits.credit_status = 'credited'
    group by
        credits.wholesaler_id,
        credits.role,
        flows.original_flow_id,
        coalesce(credits.account_id, 'unassigned'),
        credits.product_id,
        credits.trade_date,
        credits.period_sequence

),

period_credits as (

    select
        sale_credits.*,
        periods.period_sequence as trade_sequence
    from sale_credits
    inner join periods
        on
            sale_credits.trade_date >= periods.period_start_date
            and sale_credits.trade_date < periods.next_start_date

),

planned_credits as (

    select distinct
        plan_terms.plan_id,
        period_credits.wholesaler_id,
        period_credits.role,
        period_credits.original_flow_id,
        period_credits.account_id,
        period_credits.product_id,
        period_credits.trade_date,
        period_credits.period_sequence,
        cast(period_credits.gross_sales_credit_amount as numeric(18, 2))
            as gross_sales_credit_amount,
        cast(period_credits.firm_net_flow_credit_amount as numeric(18, 2))
            as firm_net_flow_credit_amount,
        least(period_credits.trade_sequence, period_credits.period_sequence)
            as tier_period_sequence
    from period_credits
    left join plan_terms
        on
            period_credits.wholesaler_id = plan_terms.wholesaler_id
            and period_credits.role = plan_terms.role
            and period_credits.trade_sequence = plan_terms.trade_sequence
            and period_credits.trade_date >= plan_terms.valid_from
            and period_credits.trade_date < plan_terms.valid_to

)

select * from planned_credits
