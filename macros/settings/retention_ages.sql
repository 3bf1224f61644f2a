{% macro retention_ages() -%}
    {%- set ages = var('retention_ages') -%}
    {%- if not ages -%}
        {{ exceptions.raise_compiler_error('`retention_ages` is empty; name one age at least') }}
    {%- endif -%}
    {%- for age in ages -%}
        {%- if age is not integer or age < 0 -%}
            {{ exceptions.raise_compiler_error(
                '`retention_ages` holds `' ~ age ~ '`; each age is a whole number of days'
            ) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(ages | unique | sort) }}
{%- endmacro %}
