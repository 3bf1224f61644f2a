{%- set ages = retention_ages() -%}
{%- set last_step = ages[-1] - 1 -%}
{%- set told_by = [
    'fact_retention_snapshots', 'int_lot_events_ordered', 'fact_aum_flows'
] -%}
-- A cohort matures until all its lots have reached the last age.
{{ config(
    materialized='incremental_by_change',
    meta={
        'changes_with': told_by,
        'matures_on': add_days(next_month_start('cohort_month'), last_step),
        'rebuild_on': ['dim_products'],
    },
) }}

with

-- Of all lots: each has the date of some flow.
trade_dates as (

    select distinct trade_date from {{ ref('fact_aum_flows') }}

),

-- Whether a cohort is made anew is asked once a date, not once a lot.
cohort_dates as (

    select trade_date
    from trade_dates
    where
        {{ is_changed(told_by, month_start('trade_date')) }}
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

sold as (

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

-- A step is at risk with what the step before left of the lots that reached this age;
-- the first starts from what was bought.
exposed as (

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

reached as (

    select
        {{ month_start('exposed.trade_date') }} as cohort_month,
        exposed.wholesaler_key,
        products.product_group,
        exposed.age_days,
        exposed.relief_method,
        count(exposed.retained_amount) as lots_at_risk,
        sum(exposed.original_amount) as original_amount_at_risk,
        sum(exposed.amount_at_risk) as amount_at_risk,
        sum(exposed.retained_amount) as retained_amount,
        sum(exposed.retained_in_product_amount) as retained_in_product_amount
    from exposed
    inner join products
        on exposed.product_key = products.product_key
    group by
        {{ month_start('exposed.trade_date') }},
        exposed.wholesaler_key,
        products.product_group,
        exposed.age_days,
        exposed.relief_method

),

-- All lots at every age, reached or not: a cohort too young is shown, not hidden.
summed as (

    select
        sold.cohort_month,
        sold.wholesaler_key,
        sold.product_group,
        ages.age_days,
        sold.relief_method,
        sold.lots,
        sold.original_amount,
        reached.original_amount_at_risk,
        reached.amount_at_risk,
        reached.retained_amount,
        reached.retained_in_product_amount,
        coalesce(reached.lots_at_risk, 0) as lots_at_risk
    from sold
    cross join ages
    left join reached
        on
            sold.cohort_month = reached.cohort_month
            and sold.wholesaler_key = reached.wholesaler_key
            and sold.product_group = reached.product_group
            and ages.age_days = reached.age_days
            and sold.relief_method = reached.relief_method

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
