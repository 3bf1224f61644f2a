{% macro tiered_amount(amount, tier_from, tier_to, rate, method) -%}
    cast(
        sum(
            cast(
                case
                    when {{ method }} = 'cliff' and (
                        {{ amount }} <= {{ tier_from }}
                        or {{ amount }} > coalesce({{ tier_to }}, {{ amount }})
                    ) then 0
                    when {{ method }} = 'cliff' then {{ amount }}
                    else greatest(
                        0,
                        least({{ amount }}, coalesce({{ tier_to }}, {{ amount }}))
                        - {{ tier_from }}
                    )
                end as numeric(28, 6)
            ) * cast({{ rate }} as numeric(10, 8))
        ) as numeric(38, 14)
    )
{%- endmacro %}
