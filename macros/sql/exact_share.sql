{% macro exact_share(part, whole, input_scale=6) -%}
    cast(
        {{ rounded_quotient(
            scaled_integer(part, input_scale) ~ ' * ' ~ 10 ** 18,
            scaled_integer(whole, input_scale)
        ) }} * {{ decimal_unit(18) }} as numeric(19, 18)
    )
{%- endmacro %}
