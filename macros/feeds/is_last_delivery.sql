{% macro is_last_delivery() -%}
    delivery_rank <= 1
{%- endmacro %}
