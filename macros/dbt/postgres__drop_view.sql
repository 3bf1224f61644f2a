{#- Old views that dbt swapped go without whatever hangs on them. -#}
{% macro postgres__drop_view(relation) -%}
    {%- do release_backup(relation) -%}
    drop view if exists {{ relation }} cascade
{%- endmacro %}
