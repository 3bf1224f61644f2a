{% macro announce_feeds() -%}
    {%- if execute and flags.WHICH in ['build', 'run', 'seed', 'test', 'snapshot'] -%}
        {%- set owned = var('areas').values() | sum(start=[]) -%}
        {%- for node in graph.sources.values()
            if node.config.loaded_at_field and node.source_name not in owned -%}
            {{ exceptions.raise_compiler_error(
                'no area has the source `' ~ node.source_name ~ '`: add it to the variable `areas`'
                ~ ' in dbt_project.yml, such as {' ~ node.source_name ~ ': ['
                ~ node.source_name ~ ']}'
            ) }}
        {%- endfor -%}
        {%- set schema = env_var('DIST_PERF_SCHEMA_PREFIX', '') ~ var('feed_schema') -%}
        {%- set counted = 'as_of_date ' ~ (var('as_of_date') or 'latest in the feeds of each area') -%}
        {{ log('Feeds are read from schema `' ~ schema ~ '`, ' ~ counted, info=true) }}
    {%- endif -%}
{%- endmacro %}
