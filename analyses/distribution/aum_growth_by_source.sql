-- Did assets grow by what we sold, or by the market?
with

growth as (

    select * from {{ ref('aum_growth') }}
    where period_type = 'quarter'

),

quarterly as (

    select
        period_start_date,
        sum(opening_aum_amount) as opening_aum,
        sum(organic_flow_amount) as organic_flow,
        sum(
            acquisitions_amount + other_flow_amount + coalesce(residual_amount, 0)
        ) as other_flow,
        sum(market_movement_amount + fx_movement_amount) as market,
        sum(closing_aum_amount) as closing_aum
    from growth
    group by period_start_date

)

select
    period_start_date as quarter_start,
    organic_flow,
    other_flow,
    market,
    closing_aum,
    cast(organic_flow / nullif(opening_aum, 0) as numeric(18, 4)) as growth
from quarterly
order by quarter_start

/*
 quarter_start | organic_flow |  other_flow  |    market    | closing_aum  | growth
---------------+--------------+--------------+--------------+--------------+---------
 2023-01-01    |  31342194.65 | 166915128.43 |  10768664.12 | 209025987.20 |
 2023-04-01    |  37288396.98 |     72113.25 |   1256895.65 | 247643393.08 |  0.1784
 2023-07-01    |  67213585.99 |  10149566.22 |  33024195.10 | 358030740.39 |  0.2714
 2023-10-01    | 111825418.58 |   -122396.96 |  39719983.06 | 509453745.07 |  0.3123
 2024-01-01    |  95621232.29 |   5241325.19 |  19689494.20 | 630005796.75 |  0.1877
 2024-04-01    |  77767875.04 |  -5322964.55 |   -439407.36 | 702011299.88 |  0.1234
 2024-07-01    |  48929824.16 |    379762.05 | -26914349.21 | 724406536.88 |  0.0697
 2024-10-01    |  95866980.69 |  -1686981.69 |  45409548.34 | 863996084.22 |  0.1323
 2025-01-01    |  76021570.65 |    129036.87 |  18203550.73 | 958350242.47 |  0.0880
 2025-04-01    |  -6322764.89 |     37278.47 | -27434538.98 | 924630217.07 | -0.0066
*/
