{% macro interpolated(start, stop, part, whole, input_scale=18) -%}
    cast(
        {{ start }} + cast(
            cast({{ stop }} - {{ start }} as numeric(19, 18))
            * {{ exact_share(part, whole, input_scale) }}
            as numeric(19, 18)
        ) as numeric(19, 18)
    )
{%- endmacro %}
