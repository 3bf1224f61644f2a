{% macro access_schema() -%}
    {{ env_var('DIST_PERF_SCHEMA_PREFIX', '') }}access
{%- endmacro %}
