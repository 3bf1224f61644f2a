{% macro relief_methods() -%}
    {{ return(['fifo', 'lifo', 'pro_rata']) }}
{%- endmacro %}
