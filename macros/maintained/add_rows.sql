{#- Adds what a query gives to a table, each column to the one of its name. -#}
{% macro add_rows(relation, query) -%}
    {%- set columns = get_quoted_csv(
        adapter.get_columns_in_relation(relation) | map(attribute='name')
    ) -%}
    {%- call statement('main') -%}
        insert into {{ relation }} ({{ columns }})
        select {{ columns }} from ({{ query }}) as added
    {%- endcall -%}
{%- endmacro %}
