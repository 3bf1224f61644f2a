{% macro unassigned_key() -%}
    {{ surrogate_key(["'unassigned'"]) }}
{%- endmacro %}
