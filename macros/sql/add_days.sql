{% macro add_days(date, days) -%}
    cast({{ date }} + {{ days }} as date)
{%- endmacro %}
