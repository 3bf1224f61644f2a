{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ env_var('DIST_PERF_SCHEMA_PREFIX', '') }}
    {%- if node.resource_type == 'snapshot' -%}{{ var('feed_schema') }}_{%- endif -%}
    {{ custom_schema_name or 'public' }}
{%- endmacro %}
