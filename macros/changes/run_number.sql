{% macro run_number() -%}
    {%- if execute -%}
        (select coalesce(max(change_number), 0) from {{ build_progress() }})
    {%- else -%}
        0
    {%- endif -%}
{%- endmacro %}
