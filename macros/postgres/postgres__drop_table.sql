{% macro postgres__drop_table(relation) -%}
    {%- do release_backup(relation) -%}
    drop table if exists {{ relation }} cascade
{%- endmacro %}
