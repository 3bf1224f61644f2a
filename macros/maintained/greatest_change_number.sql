{#- The last change that any maintained model has read; 0 before all and in unit tests. -#}
{% macro greatest_change_number() -%}
    {%- if execute and model.config.materialized == 'incremental' -%}
        (select coalesce(max(change_number), 0) from {{ build_progress() }})
    {%- else -%}
        0
    {%- endif -%}
{%- endmacro %}
