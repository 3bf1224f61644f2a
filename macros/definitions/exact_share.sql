{#- A part over its whole at 18 decimals, fine enough that the part can be had back; both sides
    have at most `input_scale` decimals. NULL unless the whole is above zero. -#}
{% macro exact_share(part, whole, input_scale=6) -%}
    cast(
        {{ rounded_quotient(
            scaled_integer(part, input_scale) ~ ' * ' ~ 10 ** 18,
            scaled_integer(whole, input_scale)
        ) }} * {{ decimal_unit(18) }} as numeric(19, 18)
    )
{%- endmacro %}
