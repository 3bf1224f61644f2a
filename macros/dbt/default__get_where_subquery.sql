{% macro default__get_where_subquery(relation) -%}
    {%- set rows = dbt.default__get_where_subquery(relation) -%}
    {%- set changes_with = model.config.meta.changes_with -%}
    {%- if changes_with -%}
        {{ return(
            '(select * from ' ~ rows ~ ' where ' ~ is_changed(changes_with) ~ ') as changed_rows'
        ) }}
    {%- endif -%}
    {{ return(rows) }}
{%- endmacro %}
