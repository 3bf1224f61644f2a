{% macro prorated_amount(amount, part, whole) -%}
    {{ return(adapter.dispatch('prorated_amount')(amount, part, whole)) }}
{%- endmacro %}

{% macro default__prorated_amount(amount, part, whole) -%}
    cast(
        {{ rounded_quotient(
            scaled_integer(amount, 2) ~ ' * ' ~ scaled_integer(part, 6),
            scaled_integer(whole, 6)
        ) }} * {{ decimal_unit(2) }} as numeric(18, 2)
    )
{%- endmacro %}

{% macro duckdb__prorated_amount(amount, part, whole) -%}
    case
        when {{ whole }} > 0
            then {{ estimated_or_exact(
                'cast(' ~ amount ~ ' as double) * cast(' ~ part ~ ' as double)'
                ~ ' / cast(' ~ whole ~ ' as double)',
                default__prorated_amount(amount, part, whole),
                18,
                2
            ) }}
    end
{%- endmacro %}
