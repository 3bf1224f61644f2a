{% macro date_setting(name, value=none) -%}
    {%- set setting = value if value is not none else var(name) -%}
    {%- if not setting or setting is mapping -%}{{ return('null') }}{%- endif -%}
    {%- if not modules.re.match('^\d{4}-\d{2}-\d{2}$', setting | string) -%}
        {{ exceptions.raise_compiler_error(
            '`' ~ name ~ '` is `' ~ setting ~ '`; write it as YYYY-MM-DD'
        ) }}
    {%- endif -%}
    {{ return("'" ~ setting ~ "'") }}
{%- endmacro %}
