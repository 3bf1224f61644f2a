{#- What is left of a lot at the end of a day, by relief method. The state of the queue on that
    day comes with the suffix `_at_horizon`; docs/metrics.md derives the three forms. -#}
{% macro retained_quantity(method) -%}
    {%- if method == 'fifo' -%}
        least(
            quantity, greatest(0, cumulative_in - relieved_quantity_at_horizon)
        )
    {%- elif method == 'lifo' -%}
        greatest(
            0,
            least(quantity, lowest_held_quantity_at_horizon - held_before_quantity)
        )
    {%- elif method == 'pro_rata' -%}
        case
            when emptied_count_at_horizon > emptied_count then 0
            else quantity * cast(
                exp(cast(log_survival_at_horizon - log_survival as double precision))
                as numeric(19, 18)
            )
        end
    {%- else -%}
        {{ exceptions.raise_compiler_error(
            'no relief method `' ~ method ~ '`; use fifo, lifo or pro_rata'
        ) }}
    {%- endif -%}
{%- endmacro %}
