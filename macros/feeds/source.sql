{% macro source(source_name, table_name) -%}
    {%- if var('feed_schema') == 'sample' -%}
        {%- do builtins.ref('sample_' ~ source_name ~ '__' ~ table_name) -%}
    {%- endif -%}
    {%- if execute -%}
        {%- do refuse_second_claim(source_name, table_name) -%}
    {%- endif -%}
    {%- set relation = builtins.source(source_name, table_name) -%}
    {%- do refuse_ambiguous_schema(relation.schema) -%}
    {{ return(relation) }}
{%- endmacro %}
