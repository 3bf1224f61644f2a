{% macro start_of_time() -%}
    cast('0001-01-01' as date)
{%- endmacro %}
