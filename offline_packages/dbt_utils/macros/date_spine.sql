{#- One row per `datepart` from `start_date` up to, and without, `end_date`. -#}
{% macro date_spine(datepart, start_date, end_date) -%}
    {{ return(dbt.date_spine(datepart, start_date, end_date)) }}
{%- endmacro %}
