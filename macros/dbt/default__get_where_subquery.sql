{#- What a generic test reads of a model: where its meta says by `touched_by` how changes are known,
    only what changed since it last found nothing. -#}
{% macro default__get_where_subquery(relation) -%}
    {%- set touched_by = model.config.meta.touched_by -%}
    {%- if touched_by -%}
        {{ return(
            '(select * from ' ~ relation ~ ' where ' ~ is_touched(touched_by) ~ ') as touched_rows'
        ) }}
    {%- endif -%}
    {{ return(dbt.default__get_where_subquery(relation)) }}
{%- endmacro %}
