{%- set ages = retention_ages() -%}
{%- set last_step = ages[-1] - 1 -%}
{%- set changes_with = [
    'fact_retention_snapshots', 'int_lot_events_ordered', 'fact_aum_flows'
] -%}
-- A cohort matures until all its lots have reached the last age.
{{ config(
    materialized='incremental_by_change',
    meta={
        'changes_with': changes_with,
        'matures_on': add_days(next_month_start('cohort_month'), last_step),
        'rebuild_on': ['dim_products'],
    },
) }}

with

-- Trade dates of all lots: every lot has the date of a flow.
trade_dates as (

    select distinct trade_date from {{ ref('fact_aum_flows') }}

),

-- Decide per trade date, not per lot, which cohorts to recompute.
cohort_dates as (

    select trade_date
    from trade_dates
    where
        {{ is_changed(changes_with, month_start('trade_date')) }}
        or {{ is_maturing(add_days(next_month_start('trade_date'), last_step)) }}

),

lots as (

    select lots_retained.*
    from {{ ref('int_lots_retained') }} as lots_retained
    where lots_retained.trade_date in (select cohort_dates.trade_date from cohort_dates)

),

snapshots as (

    select retention_snapshots.*
    from {{ ref('fact_retention_snapshots') }} as retention_snapshots
    where
        retention_snapshots.trade_date in (
            select cohort_dates.trade_date from cohort_dates
        )

),

flows as (

    select * from {{ ref('fact_aum_flows') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

ages as (

    {% for age in ages -%}
        select {{ age }} as age_days
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

sold_lots as (

    select
        {{ month_start('lots.trade_date') }} as cohort_month,
        flows.wholesaler_key,
        products.product_group,
        lots.relief_method,
        count(*) as lots,
        sum(lots.original_amount) as original_amount
    from lots
    inner join flows
        on lots.flow_id = flows.flow_id
    inner join products
        on flows.product_key = products.product_key
    where
        lots.is_as_of
        and lots.is_cohort_member
    group by
        {{ month_start('lots.trade_date') }},
        flows.wholesaler_key,
        products.product_group,
        lots.relief_method

),

-- The amount at risk of a step is the amount retained at the age before, of the lots
-- that reached this age; for the first age, the amount bought.
exposed_lots as (

    select
        *,
        coalesce(
            lag(retained_amount) over (
                partition by flow_key, relief_method
                order by age_days
            ),
            original_amount
        ) as amount_at_risk
    from snapshots
    where is_cohort_member

),

reached_lots as (

    select
        {{ month_start('exposed_lots.trade_date') }} as cohort_month,
        exposed_lots.wholesaler_key,
        products.product_group,
        exposed_lots.age_days,
        exposed_lots.relief_method,
        count(exposed_lots.retained_amount) as lots_at_risk,
        sum(exposed_lots.original_amount) as original_amount_at_risk,
        sum(exposed_lots.amount_at_risk) as amount_at_risk,
        sum(exposed_lots.retained_amount) as retained_amount,
        sum(exposed_lots.retained_in_product_amount) as retained_in_product_amount
    from exposed_lots
    inner join products
        on exposed_lots.product_key = products.product_key
    group by
        {{ month_start('exposed_lots.trade_date') }},
        exposed_lots.wholesaler_key,
        products.product_group,
        exposed_lots.age_days,
        exposed_lots.relief_method

),

-- All lots at every age, reached or not, so that cohorts that are too young are shown.
summed as (

    select
        sold_lots.cohort_month,
        sold_lots.wholesaler_key,
        sold_lots.product_group,
        ages.age_days,
        sold_lots.relief_method,
        sold_lots.lots,
        sold_lots.original_amount,
        reached_lots.original_amount_at_risk,
        reached_lots.amount_at_risk,
        reached_lots.retained_amount,
        reached_lots.retained_in_product_amount,
        coalesce(reached_lots.lots_at_risk, 0) as lots_at_risk
    from sold_lots
    cross join ages
    left join reached_lots
        on
            sold_lots.cohort_month = reached_lots.cohort_month
            and sold_lots.wholesaler_key = reached_lots.wholesaler_key
            and sold_lots.product_group = reached_lots.product_group
            and ages.age_days = reached_lots.age_days
            and sold_lots.relief_method = reached_lots.relief_method

),

rated as (

    select
        summed.cohort_month,
        summed.wholesaler_key,
        summed.product_group,
        summed.age_days,
        summed.relief_method,
        case
            when
                summed.age_days <= {{ days_between(
                    next_month_start('summed.cohort_month'),
                    'as_of.as_of_date'
                ) }} + 1
                then 'mature'
            when summed.lots_at_risk > 0 then 'partial'
            else 'immature'
        end as maturity,
        cast(summed.lots as integer) as lots,
        cast(summed.original_amount as numeric(18, 2)) as original_amount,
        cast(summed.lots_at_risk as integer) as lots_at_risk,
        cast(summed.original_amount_at_risk as numeric(18, 2))
            as original_amount_at_risk,
        cast(summed.amount_at_risk as numeric(18, 2)) as amount_at_risk,
        cast(summed.retained_amount as numeric(18, 2)) as retained_amount,
        cast(summed.retained_in_product_amount as numeric(18, 2))
            as retained_in_product_amount,
        {{ ratio('summed.retained_amount', 'summed.original_amount_at_risk') }}
            as retention_rate,
        {{ ratio(
            'summed.retained_in_product_amount', 'summed.original_amount_at_risk'
        ) }} as retention_in_product_rate
    from summed
    cross join as_of

)

select * from rated
