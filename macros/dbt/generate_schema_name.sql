{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ env_var('DIST_PERF_SCHEMA_PREFIX', '') }}
    {%- if node.resource_type == 'snapshot' -%}{{ var('feed_schema') }}_{%- endif -%}
    {%- if custom_schema_name -%}{{ custom_schema_name }}
    {%- elif node.fqn[1] == 'marts' -%}{{ node.fqn[2] }}
    {%- else -%}public
    {%- endif -%}
{%- endmacro %}
