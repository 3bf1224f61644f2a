{#- Builds a table aside and puts it in the place of what stands there. -#}
{% macro build_table(table, sql) -%}
    {%- call statement('main') -%}
        {{ get_create_table_as_sql(False, table.intermediate, sql) }}
    {%- endcall -%}
    {%- do create_indexes(table.intermediate) -%}
    {%- if table.existing is not none -%}
        {%- do adapter.rename_relation(table.existing, table.backup) -%}
    {%- endif -%}
    {%- do adapter.rename_relation(table.intermediate, table.target) -%}
{%- endmacro %}
