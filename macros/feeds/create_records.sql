{% macro create_records() -%}
    {%- if execute and flags.WHICH in ['build', 'run'] -%}
        {%- set statements = [] -%}
        {%- for node in graph.sources.values() if node.source_name == 'dbt' -%}
            {%- set columns = [] -%}
            {%- for column in node.columns.values() -%}
                {%- do columns.append(column.name ~ ' ' ~ column.data_type) -%}
            {%- endfor -%}
            {%- do statements.append(
                'create schema if not exists ' ~ adapter.quote(node.schema)
            ) -%}
            {%- do statements.append(
                'create table if not exists ' ~ node.relation_name
                ~ ' (' ~ columns | join(', ') ~ ')'
            ) -%}
        {%- endfor -%}
        {{ return(statements | unique | join(';\n')) }}
    {%- endif -%}
{%- endmacro %}
