{% macro day_count_basis(date) -%}
    {%- set day_count = chosen_setting('day_count', ['act_365', 'thirty_360', 'act_act']) -%}
    {%- if day_count == 'act_365' -%}
        365
    {%- elif day_count == 'thirty_360' -%}
        12 * {{ days_between(month_start(date), next_month_start(date)) }}
    {%- else -%}
        {{ days_between(
            "cast(date_trunc('year', " ~ date ~ ") as date)",
            "cast(date_trunc('year', " ~ date ~ ") + interval '1 year' as date)"
        ) }}
    {%- endif -%}
{%- endmacro %}
