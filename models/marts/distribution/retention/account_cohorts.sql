{%- set ages = retention_ages() -%}
{%- set default_method = chosen_setting('default_relief_method', relief_methods()) -%}

with

epochs as (

    select * from {{ ref('int_account_epochs_started') }}

),

retained as (

    select * from {{ ref('int_account_epochs_retained') }}

),

wholesalers as (

    select * from {{ ref('dim_wholesalers') }}

),

ages as (

    {% for age in ages -%}
        select {{ age }} as age_days
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- Every epoch at every age, reached or not, so that cohorts that are too young are
-- shown.
aged as (

    select
        epochs.cohort_type,
        {{ month_start('epochs.epoch_date') }} as cohort_month,
        {{ member_key('wholesalers.wholesaler_key') }} as wholesaler_key,
        ages.age_days,
        epochs.is_within_history,
        retained.is_alive,
        retained.starting_amount,
        retained.retained_amount
    from epochs
    cross join ages
    left join wholesalers
        on epochs.wholesaler_id = wholesalers.wholesaler_id
    left join retained
        on
            epochs.cohort_type = retained.cohort_type
            and epochs.account_id = retained.account_id
            and epochs.epoch_date = retained.epoch_date
            and ages.age_days = retained.age_days

),

summed as (

    select
        cohort_type,
        cohort_month,
        wholesaler_key,
        age_days,
        '{{ default_method }}' as relief_method,
        cast(count(*) as integer) as account_count,
        cast(count(case when not is_within_history then 1 end) as integer)
            as accounts_before_history,
        cast(count(is_alive) as integer) as accounts_at_risk,
        cast(sum(case is_alive when true then 1 when false then 0 end) as integer)
            as accounts_alive,
        cast(sum(starting_amount) as numeric(18, 2)) as starting_amount,
        cast(sum(retained_amount) as numeric(18, 2)) as retained_amount
    from aged
    group by cohort_type, cohort_month, wholesaler_key, age_days

),

rated as (

    select
        *,
        {{ ratio('accounts_alive', 'accounts_at_risk', input_scale=0) }}
            as account_retention_rate,
        {{ ratio('retained_amount', 'starting_amount') }} as amount_retention_rate
    from summed

)

select * from rated
