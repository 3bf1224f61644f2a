{% macro build_progress() -%}
    {{ generate_schema_name('intermediate', model) }}.build_progress
{%- endmacro %}
