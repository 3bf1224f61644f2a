{% macro drop_leftovers() -%}
    {%- if execute and flags.WHICH in ['build', 'run'] -%}
        {{ return(adapter.dispatch('drop_leftovers')()) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__drop_leftovers() -%}
{%- endmacro %}

{% macro postgres__drop_leftovers() -%}
    {%- set schemas = graph.nodes.values() | map(attribute='schema') | unique | list -%}
    {%- set leftovers = run_query(
        'select nspname, relname, relkind from pg_class'
        ~ ' inner join pg_namespace on relnamespace = pg_namespace.oid'
        ~ " where relkind in ('r', 'v') and right(relname, 12) = '__dbt_backup'"
    ).rows -%}
    {%- for schema, name, kind in leftovers if schema in schemas -%}
        {%- do adapter.drop_relation(api.Relation.create(
            database=target.database,
            schema=schema,
            identifier=name,
            type='table' if kind == 'r' else 'view'
        )) -%}
    {%- endfor -%}
{%- endmacro %}
