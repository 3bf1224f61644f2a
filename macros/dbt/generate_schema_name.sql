{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ env_var('DIST_PERF_SCHEMA_PREFIX', '') }}{{ custom_schema_name or 'public' }}
{%- endmacro %}
