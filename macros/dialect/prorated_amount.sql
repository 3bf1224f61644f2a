{#- The part of an amount that goes with a part of a quantity, rounded once to the cent. NULL
    unless the whole quantity is above zero. -#}
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

{#- Whole numbers of 128 bits cost DuckDB twenty times a float. A float below 10^11 cents is
    off by less than a thousandth of one, so that it settles which cent is the nearest unless it
    lies next to a half; there, and above, the exact form decides. -#}
{% macro duckdb__prorated_amount(amount, part, whole) -%}
    {%- set estimate = 'cast(' ~ amount ~ ' as double) * cast(' ~ part
        ~ ' as double) / cast(' ~ whole ~ ' as double)' -%}
    case
        when
            {{ whole }} > 0
            and abs({{ estimate }}) < 1e9
            and abs(100 * {{ estimate }} - round(100 * {{ estimate }})) < 0.499
            then cast({{ estimate }} as numeric(18, 2))
        else {{ default__prorated_amount(amount, part, whole) }}
    end
{%- endmacro %}
