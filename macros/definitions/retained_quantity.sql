{#- What is left of a lot at the end of a day, by relief method. The state of the queue on that
    day comes with a suffix, `_at_horizon`; docs/metrics.md derives the three forms. -#}
{% macro retained_quantity(method, state='at_horizon') -%}
    {%- if method == 'fifo' -%}
        least(
            quantity, greatest(0, cumulative_in - relieved_quantity_{{ state }})
        )
    {%- elif method == 'lifo' -%}
        greatest(
            0,
            least(quantity, lowest_held_quantity_{{ state }} - held_before_quantity)
        )
    {%- elif method == 'pro_rata' -%}
        quantity * surviving_share_{{ state }}
    {%- else -%}
        {{ exceptions.raise_compiler_error(
            'no relief method `' ~ method ~ '`; use fifo, lifo or pro_rata'
        ) }}
    {%- endif -%}
{%- endmacro %}
