{% macro rounded_product(factor, other_factor, precision, scale) -%}
    {{ return(adapter.dispatch('rounded_product')(
        factor, other_factor, precision, scale
    )) }}
{%- endmacro %}

{% macro default__rounded_product(factor, other_factor, precision, scale) -%}
    cast({{ factor }} * {{ other_factor }} as numeric({{ precision }}, {{ scale }}))
{%- endmacro %}

{% macro duckdb__rounded_product(factor, other_factor, precision, scale) -%}
    {{ estimated_or_exact(
        'cast(' ~ factor ~ ' as double) * cast(' ~ other_factor ~ ' as double)',
        default__rounded_product(factor, other_factor, precision, scale),
        precision,
        scale
    ) }}
{%- endmacro %}
