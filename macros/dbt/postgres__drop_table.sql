{#- dbt's own drop, once the views that read the table read its new self. -#}
{% macro postgres__drop_table(relation) -%}
    {%- do turn_views(relation) -%}
    drop table if exists {{ relation }} cascade
{%- endmacro %}
