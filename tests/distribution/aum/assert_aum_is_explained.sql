-- Days of a product on which flows and prices leave more of its AUM unexplained than
-- `rollforward_tolerance_bps` of all that was there or moved allows.
{{ config(severity='warn') }}

with

days as (

    select
        aum_date,
        product_id,
        price_date,
        opening_aum_amount,
        closing_aum_amount,
        closing_units,
        amount_basis_aum_amount,
        residual_amount,
        0
        {%- for line in rollforward_lines() %}
            + {{ line }}_amount
        {%- endfor %} as lines_amount,
        0
        {%- for line in rollforward_lines() %}
            + abs({{ line }}_amount)
        {%- endfor %} as moved_amount
    from {{ ref('aum_rollforward_daily') }}

)

select
    aum_date,
    product_id,
    price_date,
    opening_aum_amount,
    lines_amount,
    residual_amount,
    closing_aum_amount,
    case
        when
            opening_aum_amount = 0
            and closing_units = 0
            and amount_basis_aum_amount = 0
            then 'money moved and no unit did: nothing was held before or after'
        when price_date is null then 'money and units moved, and no price is known'
        else 'the money of flows is not their units at the price of the day'
    end as reason
from days
where
    abs(residual_amount) * 10000
    > {{ whole_number_setting('rollforward_tolerance_bps') }}
    * (opening_aum_amount + closing_aum_amount + moved_amount)
    + 1000
