{#- Key of the member that stands for a missing or unknown one. -#}
{% macro unassigned_key() -%}
    {{ surrogate_key(["'unassigned'"]) }}
{%- endmacro %}
