{#- The date a whole number of days after another. -#}
{% macro add_days(date, days) -%}
    cast({{ date }} + {{ days }} as date)
{%- endmacro %}
