{% macro without_change_filter(sql, condition) -%}
    {{ return(modules.re.sub(
        '(?s)/\* changed by (.*?) \*/.*?/\* end of change filter \*/', condition, sql
    )) }}
{%- endmacro %}
