{#- Days in the year of a date as the variable `day_count` counts them. -#}
{% macro day_count_basis(date) -%}
    {%- if chosen_setting('day_count', ['act_365', 'act_act']) == 'act_365' -%}
        365
    {%- else -%}
        {{ days_between(
            "cast(date_trunc('year', " ~ date ~ ") as date)",
            "cast(date_trunc('year', " ~ date ~ ") + interval '1 year' as date)"
        ) }}
    {%- endif -%}
{%- endmacro %}
