{% macro recorded(source_name, table_name) -%}
    {%- set relation = builtins.source(source_name, table_name) -%}
    {%- do refuse_ambiguous_schema(relation.schema) -%}
    {%- if not execute or load_relation(relation) -%}
        {{ return(relation) }}
    {%- endif -%}
    {%- set columns = [] -%}
    {%- for node in graph.sources.values()
        if node.source_name == source_name and node.name == table_name -%}
        {%- for column in node.columns.values() -%}
            {%- do columns.append('cast(null as ' ~ column.data_type ~ ') as ' ~ column.name) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return('(select ' ~ columns | join(', ') ~ ' where 1 = 0) as ' ~ table_name) }}
{%- endmacro %}
