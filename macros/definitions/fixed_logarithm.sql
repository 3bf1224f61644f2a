{#- Logarithm of what is left over what was, fixed at 18 decimals: sums of it are exact and do
    not depend on their order, which sums of floats do. Both sides must be above zero. -#}
{% macro fixed_logarithm(remaining, before) -%}
    cast(
        ln(
            cast({{ remaining }} as double precision)
            / cast({{ before }} as double precision)
        ) as numeric(38, 18)
    )
{%- endmacro %}
