{%- set ages = retention_ages() -%}
{%- set survival_scale = 12 -%}

with recursive

cohorts as (

    select * from {{ ref('retention_cohorts') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

steps as (

    {% for age in ages -%}
        select
            {{ age }} as age_days,
            {{ loop.index }} as step_number
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

wholesaler_curves as (

    select
        'wholesaler' as scope,
        wholesaler_key,
        relief_method,
        age_days,
        sum(lots) as lots,
        sum(lots_at_risk) as lots_at_risk,
        sum(original_amount_at_risk) as original_amount_at_risk,
        sum(amount_at_risk) as amount_at_risk,
        sum(retained_amount) as retained_amount
    from cohorts
    group by wholesaler_key, relief_method, age_days

),

-- A product of steps does not add up over wholesalers, so the firm has its own curve.
firm_curves as (

    select
        'firm' as scope,
        {{ unassigned_key() }} as wholesaler_key,
        relief_method,
        age_days,
        sum(lots) as lots,
        sum(lots_at_risk) as lots_at_risk,
        sum(original_amount_at_risk) as original_amount_at_risk,
        sum(amount_at_risk) as amount_at_risk,
        sum(retained_amount) as retained_amount
    from wholesaler_curves
    group by relief_method, age_days

),

curves as (

    select * from wholesaler_curves
    union all
    select * from firm_curves

),

numbered as (

    select
        curves.scope,
        curves.wholesaler_key,
        curves.relief_method,
        curves.age_days,
        steps.step_number,
        cast(curves.lots as integer) as lots,
        cast(curves.lots_at_risk as integer) as lots_at_risk,
        cast(curves.original_amount_at_risk as numeric(18, 2))
            as original_amount_at_risk,
        cast(curves.amount_at_risk as numeric(18, 2)) as amount_at_risk,
        cast(curves.retained_amount as numeric(18, 2)) as retained_amount
    from curves
    inner join steps
        on curves.age_days = steps.age_days

),

-- The product is rounded at each step and the next one starts from the published value,
-- so that anyone can recompute a row from the row before. Zero stays zero.
surviving as (

    select
        scope,
        wholesaler_key,
        relief_method,
        step_number,
        {{ ratio('retained_amount', 'amount_at_risk', scale=survival_scale) }}
            as retention_km_rate
    from numbered
    where step_number = 1

    union all

    select
        numbered.scope,
        numbered.wholesaler_key,
        numbered.relief_method,
        numbered.step_number,
        cast(
            case
                when numbered.lots_at_risk > 0 and surviving.retention_km_rate = 0
                    then 0
                else {{ rounded_quotient(
                    scaled_integer('surviving.retention_km_rate', survival_scale)
                    ~ ' * ' ~ scaled_integer('numbered.retained_amount', 2),
                    scaled_integer('numbered.amount_at_risk', 2)
                ) }} * {{ decimal_unit(survival_scale) }}
            end as numeric(18, {{ survival_scale }})
        ) as retention_km_rate
    from surviving
    inner join numbered
        on
            surviving.scope = numbered.scope
            and surviving.wholesaler_key = numbered.wholesaler_key
            and surviving.relief_method = numbered.relief_method
            and surviving.step_number + 1 = numbered.step_number

),

rated as (

    select
        as_of.as_of_date,
        numbered.scope,
        numbered.wholesaler_key,
        numbered.relief_method,
        numbered.age_days,
        numbered.lots,
        numbered.lots_at_risk,
        numbered.original_amount_at_risk,
        numbered.amount_at_risk,
        numbered.retained_amount,
        {{ ratio('numbered.retained_amount', 'numbered.original_amount_at_risk') }}
            as retention_rate,
        {{ ratio('numbered.retained_amount', 'numbered.amount_at_risk') }}
            as interval_retention_rate,
        surviving.retention_km_rate
    from numbered
    inner join surviving
        on
            numbered.scope = surviving.scope
            and numbered.wholesaler_key = surviving.wholesaler_key
            and numbered.relief_method = surviving.relief_method
            and numbered.step_number = surviving.step_number
    cross join as_of

)

select * from rated
