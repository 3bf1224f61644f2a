{% macro without_change_filter(sql, condition) -%}
    {{ return(modules.re.sub(
        '(?s)/\* changed by (.*?) \*/.*?/\* so far \*/', condition, sql
    )) }}
{%- endmacro %}
