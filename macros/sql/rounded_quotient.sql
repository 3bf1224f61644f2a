{% macro rounded_quotient(numerator, denominator) -%}
    case
        when {{ denominator }} > 0
            then cast(
                sign({{ numerator }}) * {{ integer_quotient(
                    '2 * abs(' ~ numerator ~ ') + ' ~ denominator,
                    '2 * (' ~ denominator ~ ')'
                ) }} as numeric(38, 0)
            )
    end
{%- endmacro %}
