-- Do fee rates erode by price, or because money moves into cheaper products?
with

changes as (

    select * from {{ ref('fee_rate_changes') }}

),

-- Each product's row has the firm's rate.
monthly as (

    select
        revenue_month,
        max(prior_firm_fee_rate_bps) as rate_before,
        sum(price_effect_bps) as price_effect,
        sum(mix_effect_bps) as mix_effect,
        max(firm_fee_rate_bps) as rate_after
    from changes
    group by revenue_month
    order by revenue_month desc
    limit 12

)

select
    revenue_month as month_earned,
    cast(rate_before as numeric(18, 2)) as bps_before,
    cast(price_effect as numeric(18, 2)) as by_price,
    cast(mix_effect as numeric(18, 2)) as by_mix,
    cast(rate_after as numeric(18, 2)) as bps_after
from monthly
order by month_earned

/*
 month_earned | bps_before | by_price | by_mix | bps_after
--------------+------------+----------+--------+-----------
 2024-07-01   |      57.19 |     0.45 |   0.17 |     57.82
 2024-08-01   |      57.82 |     0.01 |  -0.14 |     57.69
 2024-09-01   |      57.69 |    -0.07 |   0.40 |     58.03
 2024-10-01   |      58.03 |    -0.02 |   0.58 |     58.58
 2024-11-01   |      58.58 |    -0.03 |   0.19 |     58.74
 2024-12-01   |      58.74 |    -0.01 |   0.49 |     59.23
 2025-01-01   |      59.23 |    -0.13 |   0.36 |     59.46
 2025-02-01   |      59.46 |    -0.03 |  -0.25 |     59.17
 2025-03-01   |      59.17 |    -1.09 |   0.23 |     58.32
 2025-04-01   |      58.32 |    -0.90 |   0.63 |     58.05
 2025-05-01   |      58.05 |    -0.86 |   0.12 |     57.30
 2025-06-01   |      57.30 |     0.36 |  -0.32 |     57.35
*/
