{% macro chosen_setting(name, values) -%}
    {%- if var(name) is none -%}
        {{ return(values | last) }}
    {%- elif var(name) not in values -%}
        {{ exceptions.raise_compiler_error(
            '`' ~ name ~ '` is `' ~ var(name) ~ '`; use one of ' ~ values | join(', ')
        ) }}
    {%- endif -%}
    {{ return(var(name)) }}
{%- endmacro %}
