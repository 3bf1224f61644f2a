{% macro integer_quotient(numerator, denominator) -%}
    {{ return(adapter.dispatch('integer_quotient')(numerator, denominator)) }}
{%- endmacro %}

{% macro default__integer_quotient(numerator, denominator) -%}
    cast(
        (({{ numerator }}) - mod({{ numerator }}, {{ denominator }})) / ({{ denominator }})
        as numeric(38, 0)
    )
{%- endmacro %}

{% macro postgres__integer_quotient(numerator, denominator) -%}
    div({{ numerator }}, {{ denominator }})
{%- endmacro %}

{% macro duckdb__integer_quotient(numerator, denominator) -%}
    ({{ numerator }}) // ({{ denominator }})
{%- endmacro %}
