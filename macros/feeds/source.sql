{% macro source(source_name, table_name) -%}
    {%- if var('feed_schema') == 'sample' -%}
        {%- do builtins.ref('sample_' ~ table_name) -%}
    {%- endif -%}
    {{ return(builtins.source(source_name, table_name)) }}
{%- endmacro %}
