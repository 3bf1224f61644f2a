{% macro add_rows(relation, query, alike=none) -%}
    {%- set columns = get_quoted_csv(
        adapter.get_columns_in_relation(alike or relation) | map(attribute='name')
    ) -%}
    {%- call statement('main') -%}
        insert into {{ relation }} ({{ columns }})
        select {{ columns }} from ({{ query }}) as added
    {%- endcall -%}
{%- endmacro %}
