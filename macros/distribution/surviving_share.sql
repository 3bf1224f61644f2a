{% macro surviving_share(state='at_horizon') -%}
    case
        when emptied_count_{{ state }} > emptied_count then 0
        else cast(
            exp(cast(log_survival_{{ state }} - log_survival as double precision))
            as numeric(19, 18)
        )
    end
{%- endmacro %}
