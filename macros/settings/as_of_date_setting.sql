{% macro as_of_date_setting(area) -%}
    {%- set setting = var('as_of_date') -%}
    {%- if setting is not mapping -%}
        {{ return(date_setting('as_of_date')) }}
    {%- endif -%}
    {%- for name in setting if name not in var('areas') -%}
        {{ exceptions.raise_compiler_error(
            '`as_of_date` names the area `' ~ name ~ '`; the areas are `'
            ~ var('areas') | join('`, `') ~ '`'
        ) }}
    {%- endfor -%}
    {{ return(date_setting('as_of_date', setting.get(area))) }}
{%- endmacro %}
