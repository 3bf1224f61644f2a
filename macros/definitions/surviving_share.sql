{#- Share of a lot that pro-rata relief leaves, at 18 decimals. The state of the queue comes
    with a suffix, as in `retained_quantity`. -#}
{% macro surviving_share(state='at_horizon') -%}
    case
        when emptied_count_{{ state }} > emptied_count then 0
        else cast(
            exp(cast(log_survival_{{ state }} - log_survival as double precision))
            as numeric(19, 18)
        )
    end
{%- endmacro %}
