{%- set ages = retention_ages() -%}

with

lots as (

    select * from {{ ref('int_lots_retained') }}

),

snapshots as (

    select * from {{ ref('fact_retention_snapshots') }}

),

flows as (

    select * from {{ ref('fact_aum_flows') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

as_of as (

    select * from {{ ref('int_as_of_date_settled') }}

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

reached as (

    select
        {{ month_start('snapshots.trade_date') }} as cohort_month,
        snapshots.wholesaler_key,
        products.product_group,
        snapshots.age_days,
        snapshots.relief_method,
        count(snapshots.retained_amount) as lots_at_risk,
        sum(snapshots.original_amount) as original_amount_at_risk,
        sum(snapshots.retained_amount) as retained_amount,
        sum(snapshots.retained_in_product_amount) as retained_in_product_amount
    from snapshots
    inner join products
        on snapshots.product_key = products.product_key
    where snapshots.is_cohort_member
    group by
        {{ month_start('snapshots.trade_date') }},
        snapshots.wholesaler_key,
        products.product_group,
        snapshots.age_days,
        snapshots.relief_method

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
