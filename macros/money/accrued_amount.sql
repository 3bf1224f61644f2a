{% macro accrued_amount(annual_fee_units, scale, month) -%}
    cast(
        {{ rounded_quotient(
            annual_fee_units,
            day_count_basis(month) ~ ' * cast(' ~ 10 ** (scale - 10) ~ ' as bigint)'
        ) }} * {{ decimal_unit(10) }} as numeric(28, 10)
    )
{%- endmacro %}
