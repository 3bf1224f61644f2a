{% macro foreign_keys_present() -%}
    {{ return(run_query(
        'select constraint_schema, table_name, constraint_name'
        ~ ' from information_schema.table_constraints'
        ~ " where constraint_type = 'FOREIGN KEY'"
    ).rows | map('list') | list) }}
{%- endmacro %}
