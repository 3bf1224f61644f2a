{% macro postgres__drop_view(relation) -%}
    {%- do release_backup(relation) -%}
    drop view if exists {{ relation }} cascade
{%- endmacro %}
