{#- A variable that must be a whole number, 0 or more. -#}
{% macro whole_number_setting(name) -%}
    {%- set number = var(name) -%}
    {%- if number is not integer or number < 0 -%}
        {{ exceptions.raise_compiler_error(
            '`' ~ name ~ '` is `' ~ number ~ '`; give a whole number, 0 or more'
        ) }}
    {%- endif -%}
    {{ return(number) }}
{%- endmacro %}
