{#- Days in the year of a date as the variable `day_count` counts them. -#}
{% macro day_count_basis(date) -%}
    {%- set day_count = var('day_count') -%}
    {%- if day_count == 'act_365' -%}
        365
    {%- elif day_count == 'act_act' -%}
        {{ days_between(
            "cast(date_trunc('year', " ~ date ~ ") as date)",
            "cast(date_trunc('year', " ~ date ~ ") + interval '1 year' as date)"
        ) }}
    {%- else -%}
        {{ exceptions.raise_compiler_error(
            '`day_count` is `' ~ day_count ~ '`; use act_365 or act_act'
        ) }}
    {%- endif -%}
{%- endmacro %}
