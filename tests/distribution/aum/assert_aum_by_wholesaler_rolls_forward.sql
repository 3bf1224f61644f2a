-- Every row opens with the closing of the month before and what was moved to it, and
-- rolls forward; over wholesalers a month has the AUM of the slices, and nothing moved.
with

months as (

    select * from {{ ref('aum_by_wholesaler_monthly') }}

),

slices as (

    select
        aum_month,
        sum(opening_aum_amount) as opening_aum_amount,
        sum(closing_aum_amount) as closing_aum_amount,
        count(*) = count(market_movement_amount)
        and count(*) = count(opening_aum_amount)
        and count(*) = count(closing_aum_amount) as is_known
    from {{ ref('aum_slices_monthly') }}
    group by aum_month

),

summed as (

    select
        aum_month,
        sum(opening_aum_amount) as opening_aum_amount,
        sum(closing_aum_amount) as closing_aum_amount,
        sum(reclassified_amount) as reclassified_amount,
        sum(
            case
                when
                    opening_aum_amount
                    {% for line in rollforward_lines() -%}
                        + {{ line }}_amount
                    {% endfor -%}
                    + market_movement_amount
                    + fx_movement_amount
                    + residual_amount <> closing_aum_amount
                    or prior_closing_aum_amount + reclassified_amount
                    <> opening_aum_amount
                    then 1
                else 0
            end
        ) as broken_rows
    from months
    group by aum_month

)

select
    summed.*,
    slices.aum_month as slices_aum_month
from slices
full join summed
    on slices.aum_month = summed.aum_month
where
    slices.aum_month is null
    or summed.aum_month is null
    or (
        slices.is_known
        and (
            slices.opening_aum_amount <> summed.opening_aum_amount
            or slices.closing_aum_amount <> summed.closing_aum_amount
            or summed.reclassified_amount <> 0
            or summed.broken_rows > 0
        )
    )
