{% macro fixed_logarithm(remaining, before) -%}
    cast(
        ln(
            cast({{ remaining }} as double precision)
            / cast({{ before }} as double precision)
        ) as numeric(38, 18)
    )
{%- endmacro %}
