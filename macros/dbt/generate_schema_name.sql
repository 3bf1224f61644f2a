{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set parts = [
        env_var('DIST_PERF_SCHEMA_PREFIX', ''),
        var('feed_schema') ~ '_' if node.resource_type == 'snapshot' else '',
        custom_schema_name or (node.fqn[2] if node.fqn[1] == 'marts' else 'public'),
    ] -%}
    {%- do refuse_ambiguous_schema(parts | join) -%}
    {{ parts | join }}
{%- endmacro %}
