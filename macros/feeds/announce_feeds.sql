{% macro announce_feeds() -%}
    {%- if execute and flags.WHICH in ['build', 'run', 'seed', 'test', 'snapshot'] -%}
        {%- set schema = env_var('DIST_PERF_SCHEMA_PREFIX', '') ~ var('feed_schema') -%}
        {%- set loaded = 'as_of_date ' ~ (var('as_of_date') or 'latest in the feeds') -%}
        {{ log('Feeds are read from schema `' ~ schema ~ '`, ' ~ loaded, info=true) }}
    {%- endif -%}
{%- endmacro %}
