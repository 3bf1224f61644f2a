{% macro build_table(table, queries) -%}
    {%- do create_from_queries(table.intermediate, queries) -%}
    {%- do create_indexes(table.intermediate) -%}
    {%- if table.existing is not none -%}
        {%- do adapter.rename_relation(table.existing, table.backup) -%}
    {%- endif -%}
    {%- do adapter.rename_relation(table.intermediate, table.target) -%}
{%- endmacro %}
