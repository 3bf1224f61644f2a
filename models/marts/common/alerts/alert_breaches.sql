with

checks as (

    select * from {{ ref('alert_checks') }}
    where is_breach

),

keyed as (

    select
        {{ surrogate_key([
            'area', 'rule_id', 'member_kind', 'member_id', 'period_start_date'
        ]) }} as alert_breach_key,
        area,
        rule_id,
        metric,
        unit,
        member_kind,
        member_id,
        member_name,
        owner_key,
        period_type,
        period_start_date,
        is_current,
        metric_value,
        earlier_value,
        measured_value,
        measure,
        compared_with,
        comparator,
        threshold,
        periods_in_a_row,
        streak_periods,
        streak_start_date,
        severity,
        channel,
        repeat_after_days,
        message
    from checks

)

select * from keyed
