{% macro scaled_integer(expression, scale) -%}
    {{ return(adapter.dispatch('scaled_integer')(expression, scale)) }}
{%- endmacro %}

{% macro default__scaled_integer(expression, scale) -%}
    cast(cast({{ expression }} as numeric(38, {{ scale }})) * {{ 10 ** scale }} as numeric(38, 0))
{%- endmacro %}

{% macro postgres__scaled_integer(expression, scale) -%}
    (cast({{ expression }} as numeric) * {{ 10 ** scale }})
{%- endmacro %}

{% macro duckdb__scaled_integer(expression, scale) -%}
    cast(
        cast({{ expression }} as numeric(38, {{ scale }})) * {{ 10 ** scale }} as hugeint
    )
{%- endmacro %}
