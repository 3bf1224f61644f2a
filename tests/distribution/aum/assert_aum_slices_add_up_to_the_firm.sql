-- Slices open and close with the firm's totals, reclassifications add up to zero, and
-- every slice rolls forward.
with

slices as (

    select * from {{ ref('aum_slices_monthly') }}

),

months as (

    select * from {{ ref('aum_rollforward_monthly') }}

),

firm as (

    select
        aum_month,
        sum(opening_aum_amount) as opening_aum_amount,
        sum(closing_aum_amount) as closing_aum_amount,
        count(*) = count(market_movement_amount) as is_known
    from months
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
                    + inflows_amount
                    + outflows_amount
                    + other_flow_amount
                    + market_movement_amount
                    + fx_movement_amount
                    + residual_amount <> closing_aum_amount
                    or prior_closing_aum_amount + reclassified_amount
                    <> opening_aum_amount
                    then 1
                else 0
            end
        ) as broken_slices
    from slices
    group by aum_month

)

select
    firm.aum_month,
    firm.opening_aum_amount,
    summed.opening_aum_amount as slices_opening_aum_amount,
    firm.closing_aum_amount,
    summed.closing_aum_amount as slices_closing_aum_amount,
    summed.reclassified_amount,
    summed.broken_slices
from firm
full join summed
    on firm.aum_month = summed.aum_month
where
    firm.aum_month is null
    or summed.aum_month is null
    or (
        firm.is_known
        and (
            firm.opening_aum_amount <> summed.opening_aum_amount
            or firm.closing_aum_amount <> summed.closing_aum_amount
            or summed.reclassified_amount <> 0
            or summed.broken_slices > 0
        )
    )
