with

rules as (

    select * from {{ ref('alert_rules') }}
    where is_used

),

known_values as (

    select * from {{ ref('alert_values') }}
    where
        is_complete
        and metric_value is not null

),

latest_periods as (

    select
        area,
        metric,
        member_kind,
        period_type,
        max(period_start_date) as period_start_date
    from known_values
    group by area, metric, member_kind, period_type

),

ruled_values as (

    select
        known_values.area,
        rules.rule_id,
        known_values.metric,
        known_values.unit,
        known_values.member_kind,
        known_values.member_id,
        known_values.member_name,
        known_values.owner_key,
        known_values.period_type,
        known_values.period_start_date,
        known_values.metric_value,
        rules.measure,
        rules.compared_with,
        rules.comparator,
        rules.threshold,
        rules.periods_in_a_row,
        rules.severity,
        rules.channel,
        rules.repeat_after_days,
        rules.message,
        known_values.period_start_date = latest_periods.period_start_date as is_current,
        case rules.compared_with
            when 'prior_month'
                then cast(
                    known_values.period_start_date - interval '1 month' as date
                )
            when 'prior_quarter'
                then cast(
                    known_values.period_start_date - interval '3 months' as date
                )
            when 'prior_year'
                then cast(
                    known_values.period_start_date - interval '12 months' as date
                )
        end as earlier_period_start_date,
        -- Periods that follow each other have numbers that do.
        case known_values.period_type
            when 'month'
                then
                    12 * cast(
                        extract(year from known_values.period_start_date) as integer
                    )
                    + cast(
                        extract(month from known_values.period_start_date) as integer
                    )
            when 'quarter'
                then
                    4 * cast(
                        extract(year from known_values.period_start_date) as integer
                    )
                    + cast(
                        extract(quarter from known_values.period_start_date) as integer
                    )
            when 'year'
                then
                    cast(
                        extract(year from known_values.period_start_date) as integer
                    )
            else {{ days_between(
                start_of_time(), 'known_values.period_start_date'
            ) }}
        end as period_number
    from rules
    inner join known_values
        on
            rules.area = known_values.area
            and rules.metric = known_values.metric
            and rules.member_kind = known_values.member_kind
            and rules.period_type = known_values.period_type
            and (rules.member_id is null or rules.member_id = known_values.member_id)
    inner join latest_periods
        on
            known_values.area = latest_periods.area
            and known_values.metric = latest_periods.metric
            and known_values.member_kind = latest_periods.member_kind
            and known_values.period_type = latest_periods.period_type

),

compared as (

    select
        ruled_values.*,
        earlier.metric_value as earlier_value,
        case ruled_values.measure
            when 'value' then ruled_values.metric_value
            when 'change'
                then cast(
                    ruled_values.metric_value - earlier.metric_value
                    as numeric(28, 8)
                )
            -- A change to more than the millionfold is no comparison, and outgrows
            -- the type.
            when 'relative_change'
                then cast(
                    case
                        when
                            abs(earlier.metric_value) * 1000000
                            > abs(ruled_values.metric_value - earlier.metric_value)
                            then {{ ratio(
                                'ruled_values.metric_value - earlier.metric_value',
                                'abs(earlier.metric_value)',
                                input_scale=8
                            ) }}
                    end as numeric(28, 8)
                )
        end as measured_value
    from ruled_values
    left join known_values as earlier
        on
            ruled_values.area = earlier.area
            and ruled_values.metric = earlier.metric
            and ruled_values.member_kind = earlier.member_kind
            and ruled_values.member_id = earlier.member_id
            and ruled_values.period_type = earlier.period_type
            and ruled_values.earlier_period_start_date
            = earlier.period_start_date

),

held_against as (

    select
        *,
        case comparator
            when 'below' then measured_value < threshold
            else measured_value > threshold
        end as is_beyond
    from compared
    where measured_value is not null

),

-- Periods in a row have one and the same difference of their number and their rank.
numbered as (

    select
        *,
        period_number - row_number() over (
            partition by area, rule_id, member_id, is_beyond
            order by period_number
        ) as run_number
    from held_against

),

counted as (

    select
        *,
        case
            when is_beyond
                then row_number() over (
                    partition by area, rule_id, member_id, is_beyond, run_number
                    order by period_number
                )
            else 0
        end as streak_periods,
        case
            when is_beyond
                then min(period_start_date) over (
                    partition by area, rule_id, member_id, is_beyond, run_number
                )
        end as streak_start_date
    from numbered

),

decided as (

    select
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
        cast(streak_periods as integer) as streak_periods,
        streak_start_date,
        severity,
        channel,
        repeat_after_days,
        message,
        streak_periods >= periods_in_a_row as is_breach
    from counted

)

select * from decided
