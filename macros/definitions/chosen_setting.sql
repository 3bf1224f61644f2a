{#- A variable that must be one of several values, the last of them where it is not set;
    anything else is an error that lists them. -#}
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
