{#- What a generic test reads of a model: where its meta says by `touched_by` how changes are known,
    of that only what changed since it last found nothing. -#}
{% macro default__get_where_subquery(relation) -%}
    {%- set rows = dbt.default__get_where_subquery(relation) -%}
    {%- set touched_by = model.config.meta.touched_by -%}
    {%- if touched_by -%}
        {{ return(
            '(select * from ' ~ rows ~ ' where ' ~ is_touched(touched_by) ~ ') as touched_rows'
        ) }}
    {%- endif -%}
    {{ return(rows) }}
{%- endmacro %}
