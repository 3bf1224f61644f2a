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

-- Every lot at every age, reached or not: a cohort too young is shown, not hidden.
cohort_lots as (

    select
        lots.flow_id,
        lots.relief_method,
        ages.age_days,
        {{ month_start('lots.trade_date') }} as cohort_month,
        flows.wholesaler_key,
        products.product_group,
        lots.original_amount,
        snapshots.original_amount as original_amount_at_risk,
        snapshots.retained_amount,
        snapshots.retained_in_product_amount
    from lots
    cross join ages
    inner join flows
        on lots.flow_id = flows.flow_id
    inner join products
        on flows.product_key = products.product_key
    left join snapshots
        on
            flows.flow_key = snapshots.flow_key
            and lots.relief_method = snapshots.relief_method
            and ages.age_days = snapshots.age_days
    where
        lots.is_as_of
        and lots.is_cohort_member

),

summed as (

    select
        cohort_month,
        wholesaler_key,
        product_group,
        age_days,
        relief_method,
        count(*) as lots,
        sum(original_amount) as original_amount,
        count(retained_amount) as lots_at_risk,
        sum(original_amount_at_risk) as original_amount_at_risk,
        sum(retained_amount) as retained_amount,
        sum(retained_in_product_amount) as retained_in_product_amount
    from cohort_lots
    group by
        cohort_month,
        wholesaler_key,
        product_group,
        age_days,
        relief_method

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
