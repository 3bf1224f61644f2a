{#- The variable `early_redemption_days`, checked. -#}
{% macro early_redemption_days() -%}
    {%- set days = var('early_redemption_days') -%}
    {%- if days is not integer or days < 1 -%}
        {{ exceptions.raise_compiler_error(
            '`early_redemption_days` is `' ~ days ~ '`; give a whole number of days, 1 or more'
        ) }}
    {%- endif -%}
    {{ return(days) }}
{%- endmacro %}
