{% macro postgres__reset_csv_table(model, full_refresh, old_relation, agate_table) -%}
    {%- if not full_refresh -%}
        {{ return(default__reset_csv_table(model, full_refresh, old_relation, agate_table)) }}
    {%- endif -%}
    {%- set backup = make_backup_relation(old_relation, old_relation.type) -%}
    {%- call statement('lock') -%}
        select {{ views_lock() }}
    {%- endcall -%}
    {%- do adapter.rename_relation(old_relation, backup) -%}
    {%- set sql = create_csv_table(model, agate_table) -%}
    {%- do adapter.drop_relation(backup) -%}
    {{ return(sql) }}
{%- endmacro %}
