{% macro ratio(numerator, denominator, scale=8, input_scale=2, precision=18) -%}
    cast(
        {{ rounded_quotient(
            scaled_integer(numerator, input_scale) ~ ' * ' ~ 10 ** scale,
            scaled_integer(denominator, input_scale)
        ) }} * {{ decimal_unit(scale) }} as numeric({{ precision }}, {{ scale }})
    )
{%- endmacro %}
