{% macro declare_foreign_keys() -%}
    {%- if execute and flags.WHICH in ['build', 'run'] -%}
        {{ return(adapter.dispatch('declare_foreign_keys')()) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__declare_foreign_keys() -%}
{%- endmacro %}

{% macro postgres__declare_foreign_keys() -%}
    {%- set version = run_query('show server_version_num').rows[0][0] | int -%}
    {%- set checking = 'not enforced' if version >= 180000 else 'not valid' -%}
    {%- set present = foreign_keys_present() | map('join', '.') | list -%}
    {%- set tables = run_query(
        "select schemaname || '.' || tablename from pg_tables"
    ).columns[0].values() | list -%}
    {%- set contracted = {} -%}
    {%- for node in graph.nodes.values()
        if node.resource_type == 'model' and node.config.contract.enforced -%}
        {%- do contracted.update({node.alias: node}) -%}
    {%- endfor -%}
    {%- set statements = [] -%}
    {%- for node in contracted.values() -%}
        {%- set table = node.schema ~ '.' ~ node.alias -%}
        {%- for column in node.columns.values() -%}
            {%- for constraint in column.constraints if constraint.type == 'foreign_key' -%}
                {#- `constraint.to` is `ref('x')` before dbt compiles a node, and its relation after. -#}
                {%- set target = contracted[modules.re.findall('\w+', constraint.to) | last] -%}
                {%- set referenced = target.schema ~ '.' ~ target.alias -%}
                {%- set name = node.alias ~ '_' ~ column.name ~ '_fkey' -%}
                {%- if table in tables and referenced in tables
                    and table ~ '.' ~ name not in present -%}
                    {%- do statements.append(
                        'alter table ' ~ table ~ ' add constraint ' ~ name
                        ~ ' foreign key (' ~ column.name ~ ') references ' ~ referenced
                        ~ ' (' ~ constraint.to_columns | join(', ') ~ ') ' ~ checking
                    ) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(statements | join(';\n')) }}
{%- endmacro %}
