{#- With `--full-refresh` dbt drops a seed with all views that read it, and they are gone until
    their models come. So it is replaced as a table is. The lock is the one of `turn_view`: a
    seed's transaction holds the seed, and the views that it turned, until its rows are in. -#}
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
