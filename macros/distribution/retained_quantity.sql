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
