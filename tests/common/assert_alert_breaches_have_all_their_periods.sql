-- A rule on values breaks where every one of its periods in a row has a value beyond
-- the threshold, and nowhere else.
with

rules as (

    select * from {{ ref('alert_rules') }}
    where
        is_used
        and measure = 'value'
        and period_type = 'month'

),

monthly_values as (

    select * from {{ ref('alert_values') }}
    where
        is_complete
        and period_type = 'month'

),

breaches as (

    select * from {{ ref('alert_breaches') }}

),

beyond as (

    select
        rules.area,
        rules.rule_id,
        rules.periods_in_a_row,
        monthly_values.member_id,
        monthly_values.period_start_date
    from rules
    inner join monthly_values
        on
            rules.area = monthly_values.area
            and rules.metric = monthly_values.metric
            and rules.member_kind = monthly_values.member_kind
            and (rules.member_id is null or rules.member_id = monthly_values.member_id)
    where
        rules.comparator = 'below' and monthly_values.metric_value < rules.threshold
        or rules.comparator = 'above' and monthly_values.metric_value > rules.threshold

),

expected as (

    select
        last_months.area,
        last_months.rule_id,
        last_months.member_id,
        last_months.period_start_date
    from beyond as last_months
    inner join beyond as months
        on
            last_months.area = months.area
            and last_months.rule_id = months.rule_id
            and last_months.member_id = months.member_id
            and last_months.period_start_date >= months.period_start_date
            and last_months.period_start_date < cast(
                months.period_start_date
                + months.periods_in_a_row * interval '1 month' as date
            )
    group by
        last_months.area,
        last_months.rule_id,
        last_months.member_id,
        last_months.period_start_date,
        last_months.periods_in_a_row
    having count(*) = last_months.periods_in_a_row

),

found as (

    select
        breaches.area,
        breaches.rule_id,
        breaches.member_id,
        breaches.period_start_date
    from breaches
    inner join rules
        on
            breaches.area = rules.area
            and breaches.rule_id = rules.rule_id

)

select
    expected.rule_id as expected_rule_id,
    found.rule_id as found_rule_id,
    coalesce(expected.member_id, found.member_id) as member_id,
    coalesce(expected.period_start_date, found.period_start_date) as period_start_date
from expected
full outer join found
    on
        expected.area = found.area
        and expected.rule_id = found.rule_id
        and expected.member_id = found.member_id
        and expected.period_start_date = found.period_start_date
where
    expected.rule_id is null
    or found.rule_id is null
