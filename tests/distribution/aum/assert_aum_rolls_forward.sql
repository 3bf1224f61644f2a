-- Opening AUM plus the lines, market, exchange rate and residual is closing AUM. How
-- much is left unexplained hangs on the feeds: `assert_aum_is_explained` warns of it.
{%- set forms = {
    'aum_rollforward_monthly': ['aum_month', 'account_id'],
    'aum_rollforward_daily': ['aum_date', "'all'"],
} %}

with

rows_of_both as (

    {% for form, (period, account) in forms.items() -%}
        select
            '{{ form }}' as form,
            {{ period }} as period,
            {{ account }} as account_id,
            product_id,
            opening_aum_amount,
            closing_aum_amount,
            0
            {%- for line in rollforward_lines() %}
                + {{ line }}_amount
            {%- endfor %} as lines_amount,
            market_movement_amount,
            fx_movement_amount,
            residual_amount,
            is_incomplete,
            is_market_plug
        from {{ ref(form) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select *
from rows_of_both
where
    (
        not is_incomplete
        and opening_aum_amount
        + lines_amount
        + market_movement_amount
        + fx_movement_amount
        + coalesce(residual_amount, 0) <> closing_aum_amount
    )
    or (not is_incomplete and not is_market_plug and residual_amount is null)
    or is_incomplete <> (market_movement_amount is null)
