{#- Before a run: the foreign keys of the marts go, so that no two models wait for each other's
    tables while dbt swaps them. `declare_foreign_keys` brings them back. -#}
{% macro drop_foreign_keys() -%}
    {%- if execute and flags.WHICH in ['build', 'run'] -%}
        {{ return(adapter.dispatch('drop_foreign_keys')()) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__drop_foreign_keys() -%}
{%- endmacro %}

{% macro postgres__drop_foreign_keys() -%}
    {%- set schemas = graph.nodes.values()
        | selectattr('resource_type', 'equalto', 'model')
        | selectattr('config.contract.enforced')
        | map(attribute='schema') | unique | list -%}
    {%- set statements = [] -%}
    {%- for schema, table, name in foreign_keys_present() if schema in schemas -%}
        {%- do statements.append(
            'alter table ' ~ schema ~ '.' ~ table ~ ' drop constraint ' ~ name
        ) -%}
    {%- endfor -%}
    {{ return(statements | join(';\n')) }}
{%- endmacro %}
