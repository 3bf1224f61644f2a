{#- What is left of a lot at the end of a day, by relief method. The state of the queue on that
    day comes with a suffix, `_at_horizon`; docs/metrics.md derives the three forms. All three
    have one type, or a `case` over them would widen every row to the widest. -#}
{% macro retained_quantity(method, state='at_horizon') -%}
    {%- if method == 'fifo' -%}
        cast(
            least(
                quantity, greatest(0, cumulative_in - relieved_quantity_{{ state }})
            ) as numeric(18, 6)
        )
    {%- elif method == 'lifo' -%}
        cast(
            greatest(
                0,
                least(quantity, lowest_held_quantity_{{ state }} - held_before_quantity)
            ) as numeric(18, 6)
        )
    {%- elif method == 'pro_rata' -%}
        {{ rounded_product('quantity', 'surviving_share_' ~ state, 18, 6) }}
    {%- else -%}
        {{ exceptions.raise_compiler_error(
            'no relief method `' ~ method ~ '`; use fifo, lifo or pro_rata'
        ) }}
    {%- endif -%}
{%- endmacro %}
