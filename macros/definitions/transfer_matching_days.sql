{#- The variable `transfer_matching_days`, checked. -#}
{% macro transfer_matching_days() -%}
    {%- set days = var('transfer_matching_days') -%}
    {%- if days is not integer or days < 0 -%}
        {{ exceptions.raise_compiler_error(
            '`transfer_matching_days` is `' ~ days ~ '`; give a whole number of days'
        ) }}
    {%- endif -%}
    {{ return(days) }}
{%- endmacro %}
