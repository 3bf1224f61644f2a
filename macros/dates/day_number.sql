{% macro day_number(date) -%}
    {{ days_between("cast('1970-01-01' as date)", date) }}
{%- endmacro %}
