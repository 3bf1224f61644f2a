{#- Key of a joined dimension member, or of the unassigned one where nothing was joined. -#}
{% macro member_key(column) -%}
    coalesce({{ column }}, {{ unassigned_key() }})
{%- endmacro %}
