{% macro member_key(column) -%}
    coalesce({{ column }}, {{ unassigned_key() }})
{%- endmacro %}
