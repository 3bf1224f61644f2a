{#- Money through tiers: an aggregate over the tiers joined to one amount. `marginal` prices
    each tier's own part, `cliff` the whole amount at the tier that it lies in. A tier begins
    above its from-amount and ends with its to-amount, NULL for the last. Exact, not rounded. -#}
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
