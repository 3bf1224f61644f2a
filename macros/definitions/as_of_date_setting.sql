{#- The variable `as_of_date` as a SQL literal, null where it is not set. -#}
{% macro as_of_date_setting() -%}
    {%- set setting = var('as_of_date') -%}
    {%- if not setting -%}{{ return('null') }}{%- endif -%}
    {%- if not modules.re.match('^\d{4}-\d{2}-\d{2}$', setting | string) -%}
        {{ exceptions.raise_compiler_error(
            '`as_of_date` is `' ~ setting ~ '`; write it as YYYY-MM-DD'
        ) }}
    {%- endif -%}
    {{ return("'" ~ setting ~ "'") }}
{%- endmacro %}
