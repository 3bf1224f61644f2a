{#- Days since 1970-01-01: dates as integers, for frames that reach a number of days. -#}
{% macro day_number(date) -%}
    {{ days_between("cast('1970-01-01' as date)", date) }}
{%- endmacro %}
