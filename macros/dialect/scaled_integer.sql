{#- An exact whole number of 10^-scale parts; the input has no more than `scale` decimals.
    DuckDB keeps a product of two narrow decimals narrow, PostgreSQL one of two integers, hence
    the casts before it. -#}
{% macro scaled_integer(expression, scale) -%}
    {{ return(adapter.dispatch('scaled_integer')(expression, scale)) }}
{%- endmacro %}

{% macro default__scaled_integer(expression, scale) -%}
    (cast({{ expression }} as numeric) * {{ 10 ** scale }})
{%- endmacro %}

{% macro duckdb__scaled_integer(expression, scale) -%}
    cast(
        cast({{ expression }} as numeric(38, {{ scale }})) * {{ 10 ** scale }} as hugeint
    )
{%- endmacro %}
