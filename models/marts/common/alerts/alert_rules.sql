{%- set whole_number = '[1-9][0-9]{0,5}' -%}
{%- set decimal_number = '-?[0-9]{1,15}([.][0-9]{1,8})?' -%}
{%- set fields = [
    'rule_id', 'metric', 'member_kind', 'member_id', 'period_type', 'measure',
    'compared_with', 'comparator', 'threshold', 'periods_in_a_row', 'severity',
    'channel', 'repeat_after_days', 'message', 'is_active',
] -%}

with

alert_values as (

    select * from {{ ref('alert_values') }}

),

changed_rules as (

    select * from {{ ref('stg_access__alert_rules') }}

),

{% for area in var('alert_areas') -%}
    {{ area }}_rules as (

        select
            {% for field in fields -%}
                {{ clean_text(field) }} as {{ field }}{% if not loop.last %},{% endif %}
            {% endfor %}
        from {{ ref(area ~ '_alert_rules') }}

    ),

{% endfor -%}

every_rule as (

    select
        area,
        'administrator' as origin,
        {{ fields | join(', ') }}
    from changed_rules

    {% for area in var('alert_areas') -%}
        union all

        select
            '{{ area }}' as area,
            'seed' as origin,
            {{ fields | join(', ') }}
        from {{ area }}_rules
    {% endfor %}

),

-- An administrator's rule replaces the whole rule of the seed.
ranked as (

    select
        *,
        row_number() over (
            partition by area, rule_id
            order by origin asc, metric asc nulls last, threshold asc nulls last
        ) as rule_rank,
        count(*) over (partition by area, rule_id, origin) as same_rules
    from every_rule

),

metrics as (

    select distinct
        area,
        metric
    from alert_values

),

measurements as (

    select
        area,
        metric,
        member_kind,
        period_type,
        max(unit) as unit
    from alert_values
    group by area, metric, member_kind, period_type

),

members as (

    select distinct
        area,
        metric,
        member_kind,
        member_id
    from alert_values

),

found as (

    select
        ranked.*,
        measurements.unit,
        metrics.metric is not null as is_metric_known,
        measurements.metric is not null as is_measured,
        members.metric is not null as is_member_known
    from ranked
    left join metrics
        on
            ranked.area = metrics.area
            and ranked.metric = metrics.metric
    left join measurements
        on
            ranked.area = measurements.area
            and ranked.metric = measurements.metric
            and ranked.member_kind = measurements.member_kind
            and ranked.period_type = measurements.period_type
    left join members
        on
            ranked.area = members.area
            and ranked.metric = members.metric
            and ranked.member_kind = members.member_kind
            and ranked.member_id = members.member_id
    where ranked.rule_rank = 1

),

checked as (

    select
        *,
        case
            when rule_id is null then 'the rule has no `rule_id`'
            when same_rules > 1 then '`rule_id` is used more than once'
            when metric is null then 'the rule has no `metric`'
            when not is_metric_known then 'the area has no values of this `metric`'
            when not is_measured
                then
                    'the metric has no values of this `member_kind` and `period_type`'
            when member_id is not null and not is_member_known
                then 'the metric has no values of this `member_id`'
            when
                measure is null
                or measure not in ('value', 'change', 'relative_change')
                then '`measure` is none of value, change, relative_change'
            when measure = 'value' and compared_with is not null
                then '`compared_with` needs a `measure` of change'
            when
                measure <> 'value'
                and (
                    compared_with is null
                    or compared_with not in (
                        'prior_month', 'prior_quarter', 'prior_year'
                    )
                )
                then
                    '`compared_with` is none of prior_month, prior_quarter, prior_year'
            when
                measure <> 'value'
                and (
                    period_type = 'day'
                    or period_type = 'quarter' and compared_with = 'prior_month'
                    or period_type = 'year' and compared_with <> 'prior_year'
                )
                then '`compared_with` is shorter than the period'
            when comparator is null or comparator not in ('below', 'above')
                then '`comparator` is none of below, above'
            when threshold is null then 'the rule has no `threshold`'
            when threshold not similar to '{{ decimal_number }}'
                then '`threshold` is no number'
            when
                periods_in_a_row is null
                or periods_in_a_row not similar to '{{ whole_number }}'
                then '`periods_in_a_row` is no whole number from 1'
            when severity is null or severity not in ('info', 'warning', 'critical')
                then '`severity` is none of info, warning, critical'
            when channel is null or channel not similar to '[a-z][a-z0-9_]{0,39}'
                then '`channel` is no name of small letters, digits and underscores'
            when repeat_after_days not similar to '{{ whole_number }}'
                then '`repeat_after_days` is no whole number from 1'
            when message is null then 'the rule has no `message`'
            when is_active is null or lower(is_active) not in ('true', 'false')
                then '`is_active` is none of true, false'
        end as problem
    from found

),

settled as (

    select
        cast(coalesce(area, 'unknown') as text) as area,
        cast(coalesce(rule_id, 'unnamed') as text) as rule_id,
        cast(origin as text) as origin,
        cast(metric as text) as metric,
        cast(unit as text) as unit,
        cast(member_kind as text) as member_kind,
        cast(member_id as text) as member_id,
        cast(period_type as text) as period_type,
        cast(measure as text) as measure,
        cast(compared_with as text) as compared_with,
        cast(comparator as text) as comparator,
        cast(
            case when threshold similar to '{{ decimal_number }}' then threshold end
            as numeric(28, 8)
        ) as threshold,
        cast(
            case
                when periods_in_a_row similar to '{{ whole_number }}'
                    then periods_in_a_row
            end as integer
        ) as periods_in_a_row,
        cast(severity as text) as severity,
        cast(channel as text) as channel,
        cast(
            case
                when repeat_after_days similar to '{{ whole_number }}'
                    then repeat_after_days
            end as integer
        ) as repeat_after_days,
        cast(message as text) as message,
        coalesce(lower(is_active) = 'true', false) as is_active,
        problem is null and lower(is_active) = 'true' as is_used,
        cast(problem as text) as problem
    from checked

)

select * from settled
