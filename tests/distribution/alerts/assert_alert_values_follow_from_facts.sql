-- Net flows from the daily mart and retention from the lots, without the way through
-- months and cohorts, are what rules of alerts are held against.
with

alert_values as (

    select * from {{ ref('distribution_alert_values') }}
    where
        member_kind = 'firm'
        and is_complete
        and metric_value is not null

),

flows as (

    select
        'net_flows_firm' as metric,
        {{ month_start('flow_date') }} as period_start_date,
        cast(sum(firm_net_flow_amount) as numeric(28, 8)) as metric_value
    from {{ ref('net_flows_daily') }}
    group by {{ month_start('flow_date') }}

),

retention as (

    select
        'retention_rate_' || cast(age_days as text) as metric,
        cast(date_trunc('quarter', trade_date) as date) as period_start_date,
        cast(
            {{ ratio('sum(retained_amount)', 'sum(original_amount)', scale=6) }}
            as numeric(28, 8)
        ) as metric_value
    from {{ ref('fact_retention_snapshots') }}
    where
        is_cohort_member
        and relief_method = '{{ var("default_relief_method") }}'
    group by age_days, cast(date_trunc('quarter', trade_date) as date)

),

expected as (

    select * from flows
    union all
    select * from retention

)

select
    alert_values.metric,
    alert_values.period_start_date,
    alert_values.metric_value,
    expected.metric_value as expected_value
from alert_values
left join expected
    on
        alert_values.metric = expected.metric
        and alert_values.period_start_date = expected.period_start_date
where
    (
        alert_values.metric = 'net_flows_firm'
        or alert_values.metric like 'retention_rate_%'
    )
    and (
        expected.metric_value is null
        or expected.metric_value <> alert_values.metric_value
    )
