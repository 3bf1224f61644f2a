-- Who earns on money that leaves?
with

pay as (

    select * from {{ ref('incentive_pay') }}

),

early as (

    select * from {{ ref('hot_money') }}

),

wholesalers as (

    select * from {{ ref('dim_wholesalers') }}

),

earned as (

    select
        wholesaler_key,
        sum(earned_amount + adjustment_amount) as earned,
        sum(clawback_amount) as clawed_back
    from pay
    group by wholesaler_key

),

sold as (

    select
        wholesaler_key,
        sum(gross_sales_amount_at_risk) as gross_sales,
        sum(early_redemption_amount) as left_early
    from early
    group by wholesaler_key

)

-- The desk has pay and no sales of its own: sales have one wholesaler of record.
select
    wholesalers.wholesaler_name as wholesaler,
    earned.earned,
    earned.clawed_back,
    cast(
        earned.clawed_back / nullif(earned.earned, 0) as numeric(18, 4)
    ) as clawback_rate,
    sold.left_early,
    cast(
        sold.left_early / nullif(sold.gross_sales, 0) as numeric(18, 4)
    ) as left_rate
from earned
inner join wholesalers
    on earned.wholesaler_key = wholesalers.wholesaler_key
left join sold
    on earned.wholesaler_key = sold.wholesaler_key
order by clawback_rate desc, wholesaler asc

/*
   wholesaler    |  earned   | clawed_back | clawback_rate | left_early  | left_rate
-----------------+-----------+-------------+---------------+-------------+-----------
 Sara Gordon     | 137117.91 |    25146.75 |        0.1834 | 24418064.84 |    0.1802
 Zoe Chen        |  79345.11 |    10443.43 |        0.1316 |             |
 Laura Stein     | 608450.64 |    79437.43 |        0.1306 | 26846471.21 |    0.1122
 Benjamin Shah   |  65571.44 |     5482.56 |        0.0836 |             |
 Omar Vance      | 106279.20 |     4662.10 |        0.0439 |  4565657.47 |    0.0439
 Diana Lowell    | 105322.68 |     4026.80 |        0.0382 |  3492185.63 |    0.0354
 Anthony Russell |  93815.91 |     2978.09 |        0.0317 |             |
 Brenda Harper   | 137415.47 |     3618.20 |        0.0263 |  2904420.56 |    0.0255
 Joseph Singh    |    842.23 |       10.71 |        0.0127 |    15296.37 |    0.0127
 Anita Lopez     |  55861.50 |        0.00 |        0.0000 |  1055186.02 |    0.0097
 Scott Hoffman   |  47105.49 |        0.00 |        0.0000 | 18915887.53 |    0.1813
 Scott Olsen     |  70307.12 |        0.00 |        0.0000 |  3151684.56 |    0.0270
*/
