{#- A variable that must be a whole number of days, 0 or more. -#}
{% macro day_limit(name) -%}
    {%- set days = var(name) -%}
    {%- if days is not integer or days < 0 -%}
        {{ exceptions.raise_compiler_error(
            '`' ~ name ~ '` is `' ~ days ~ '`; give a whole number of days, 0 or more'
        ) }}
    {%- endif -%}
    {{ return(days) }}
{%- endmacro %}
