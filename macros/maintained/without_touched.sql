{#- A compiled query with another condition wherever it asks for what changed. In that condition
    `\1` stands for what its rows are known by. -#}
{% macro without_touched(sql, condition) -%}
    {{ return(modules.re.sub(
        '(?s)/\* touched by (.*?) \*/.*?/\* so far \*/', condition, sql
    )) }}
{%- endmacro %}
