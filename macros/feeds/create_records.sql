{% macro create_records() -%}
    {%- if execute and flags.WHICH in ['build', 'run'] -%}
        {%- set statements = [] -%}
        {%- set looked = namespace(is_open=false) -%}
        {%- for node in graph.sources.values() if node.source_name == 'dbt' -%}
            {%- set there = adapter.get_columns_in_relation(api.Relation.create(
                database=node.database, schema=node.schema, identifier=node.identifier
            )) | map(attribute='name') | list -%}
            {#- What is not there is an error to DuckDB, which ends the transaction. -#}
            {%- set looked.is_open = there | length > 0 -%}
            {%- set declared = [] -%}
            {%- for column in node.columns.values() if column.name not in there -%}
                {%- do declared.append(column.name ~ ' ' ~ column.data_type) -%}
            {%- endfor -%}
            {%- if not there -%}
                {%- do statements.append(
                    'create schema if not exists ' ~ adapter.quote(node.schema)
                ) -%}
                {%- do statements.append(
                    'create table ' ~ node.relation_name ~ ' (' ~ declared | join(', ') ~ ')'
                ) -%}
            {%- endif -%}
            {%- for column in declared if there -%}
                {%- do statements.append(
                    'alter table ' ~ node.relation_name ~ ' add column ' ~ column
                ) -%}
            {%- endfor -%}
        {%- endfor -%}
        {#- Looking opened a transaction. dbt rolls it back, and what later hooks write with it. -#}
        {%- if looked.is_open -%}
            {%- do adapter.commit() -%}
        {%- endif -%}
        {{ return(statements | unique | join(';\n')) }}
    {%- endif -%}
{%- endmacro %}
