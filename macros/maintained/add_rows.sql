{#- Adds what a query gives to a table, each column to the one of its name. Of a table that dbt cannot
    look up, as a temporary one, `alike` is one with the same columns. -#}
{% macro add_rows(relation, query, alike=none) -%}
    {%- set columns = get_quoted_csv(
        adapter.get_columns_in_relation(alike or relation) | map(attribute='name')
    ) -%}
    {%- call statement('main') -%}
        insert into {{ relation }} ({{ columns }})
        select {{ columns }} from ({{ query }}) as added
    {%- endcall -%}
{%- endmacro %}
