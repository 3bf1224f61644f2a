{% macro restated_quantity(quantity, numerator, denominator) -%}
    cast(
        {{ rounded_quotient(
            scaled_integer(quantity, 6) ~ ' * ' ~ scaled_integer(numerator, 0),
            scaled_integer(denominator, 0)
        ) }} * {{ decimal_unit(6) }} as numeric(28, 6)
    )
{%- endmacro %}
