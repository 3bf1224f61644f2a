-- How far off are our revenue estimates once the fees arrive?
with

revenue as (

    select * from {{ ref('revenue_restatements') }}

),

monthly as (

    select
        revenue_month,
        sum(estimate_amount) as estimate,
        sum(restatement_amount) as restatement,
        -sum(reversal_amount) as replaced,
        sum(true_up_amount) as true_up,
        sum(revenue_amount) as reported
    from revenue
    group by revenue_month
    order by revenue_month desc
    limit 12

)

select
    revenue_month as month_earned,
    estimate,
    restatement,
    replaced,
    true_up,
    reported,
    cast(true_up / nullif(replaced, 0) as numeric(18, 4)) as off_by
from monthly
order by month_earned

/*
 month_earned | estimate  | restatement | replaced  | true_up | reported  | off_by
--------------+-----------+-------------+-----------+---------+-----------+--------
 2024-07-01   | 335785.37 |             | 114234.69 | 3624.87 | 339410.24 | 0.0317
 2024-08-01   | 321446.51 |             | 109939.10 | 2116.11 | 323562.62 | 0.0192
 2024-09-01   | 325722.25 |             | 105567.31 | 2308.46 | 328030.71 | 0.0219
 2024-10-01   | 370255.73 |             | 110577.63 | 7351.01 | 377606.74 | 0.0665
 2024-11-01   | 390308.50 |             | 122160.11 | 7454.38 | 397762.88 | 0.0610
 2024-12-01   | 424381.56 |             | 135433.80 | 4821.18 | 429202.74 | 0.0356
 2025-01-01   | 432345.75 |             | 129058.87 | 2784.20 | 435129.95 | 0.0216
 2025-02-01   | 395615.09 |    -2514.38 | 119757.94 | 5617.39 | 398718.10 | 0.0469
 2025-03-01   | 457083.09 |    -7761.06 | 139480.19 | 7974.46 | 457296.49 | 0.0572
 2025-04-01   | 464221.41 |             | 143580.37 | 9753.07 | 473974.48 | 0.0679
 2025-05-01   | 498745.44 |             |  85744.21 | 3745.22 | 502490.66 | 0.0437
 2025-06-01   | 476534.67 |             |           |         | 476534.67 |
*/
