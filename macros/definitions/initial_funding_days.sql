{#- The variable `initial_funding_days`, checked. -#}
{% macro initial_funding_days() -%}
    {%- set days = var('initial_funding_days') -%}
    {%- if days is not integer or days < 0 -%}
        {{ exceptions.raise_compiler_error(
            '`initial_funding_days` is `' ~ days ~ '`; give a whole number of days'
        ) }}
    {%- endif -%}
    {{ return(days) }}
{%- endmacro %}
