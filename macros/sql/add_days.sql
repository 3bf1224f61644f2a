{% macro add_days(date, days) -%}
    {{ return(adapter.dispatch('add_days')(date, days)) }}
{%- endmacro %}

{% macro default__add_days(date, days) -%}
    cast({{ date }} + cast({{ days }} as integer) * interval '1' day as date)
{%- endmacro %}

{% macro postgres__add_days(date, days) -%}
    cast({{ date }} + {{ days }} as date)
{%- endmacro %}

{% macro duckdb__add_days(date, days) -%}
    {{ return(postgres__add_days(date, days)) }}
{%- endmacro %}
