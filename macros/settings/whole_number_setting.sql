{% macro whole_number_setting(name, least=0) -%}
    {%- set number = var(name) -%}
    {%- if number is not integer or number < least -%}
        {{ exceptions.raise_compiler_error(
            '`' ~ name ~ '` is `' ~ number ~ '`; give a whole number, ' ~ least ~ ' or more'
        ) }}
    {%- endif -%}
    {{ return(number) }}
{%- endmacro %}
