{% macro open_schemas_to_readers(schemas) -%}
    {%- if execute and flags.WHICH in ['build', 'run'] -%}
        {{ return(adapter.dispatch('open_schemas_to_readers')(schemas)) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__open_schemas_to_readers(schemas) -%}
{%- endmacro %}

{% macro postgres__open_schemas_to_readers(schemas) -%}
    {%- set open = run_query(
        "select nspname || ' to ' || rolname from pg_namespace cross join pg_roles"
        ~ " where has_schema_privilege(rolname, pg_namespace.oid, 'usage')"
    ).columns[0].values() | list -%}
    {%- set roles = roles_present() -%}
    {%- set wanted = [] -%}
    {%- for node in graph.nodes.values()
        if node.resource_type == 'model' and node.schema in schemas -%}
        {%- for role in node.config.grants.get('select', []) if role in roles -%}
            {%- do wanted.append(node.schema ~ ' to ' ~ role) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for grant in wanted | unique if grant not in open -%}
        grant usage on schema {{ grant }};
    {% endfor -%}
{%- endmacro %}
