{#- Creates a table from one query after another. -#}
{% macro create_filled(relation, queries) -%}
    {%- call statement('main') -%}
        {{ get_create_table_as_sql(False, relation, queries[0]) }}
    {%- endcall -%}
    {%- for query in queries[1:] -%}
        {%- do add_rows(relation, query) -%}
    {%- endfor -%}
{%- endmacro %}
