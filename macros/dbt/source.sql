{#- The sample is seeded by dbt itself, so reading it must wait for its seed: the same edge
    that a ref would draw, without any model knowing where its feed comes from. -#}
{% macro source(source_name, table_name) -%}
    {%- if var('feed_schema') == 'sample' -%}
        {%- do builtins.ref('sample_' ~ table_name) -%}
    {%- endif -%}
    {{ return(builtins.source(source_name, table_name)) }}
{%- endmacro %}
