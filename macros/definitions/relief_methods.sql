{#- The relief methods that the lot engine knows. -#}
{% macro relief_methods() -%}
    {{ return(['fifo', 'lifo', 'pro_rata']) }}
{%- endmacro %}
