{#- dbt's own drop, once the views that read the view read its new self. -#}
{% macro postgres__drop_view(relation) -%}
    {%- do turn_views(relation) -%}
    drop view if exists {{ relation }} cascade
{%- endmacro %}
