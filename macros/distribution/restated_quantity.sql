{% macro restated_quantity(quantity, numerator, denominator) -%}
    cast(
        {{ rounded_quotient(
            scaled_integer(quantity, 6) ~ ' * ' ~ numerator, denominator
        ) }} * {{ decimal_unit(6) }} as numeric(28, 6)
    )
{%- endmacro %}
