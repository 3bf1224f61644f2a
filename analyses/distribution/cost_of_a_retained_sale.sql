-- What does a retained sale cost?
with

efficiency as (

    select * from {{ ref('wholesaler_efficiency') }}

),

wholesalers as (

    select * from {{ ref('dim_wholesalers') }}

),

-- Only months whose sales have all reached the retention age count.
matured_months as (

    select activity_month
    from efficiency
    group by activity_month
    having sum(matured_sales_amount) = sum(gross_sales_amount)

),

matured as (

    select efficiency.*
    from efficiency
    inner join matured_months
        on efficiency.activity_month = matured_months.activity_month

),

by_wholesaler as (

    select
        wholesaler_key,
        sum(total_cost_amount) as total_cost,
        sum(gross_sales_amount) as gross_sales,
        sum(retained_amount) as retained_sales
    from matured
    group by wholesaler_key

)

select
    wholesalers.wholesaler_name as wholesaler,
    by_wholesaler.total_cost,
    by_wholesaler.retained_sales,
    cast(
        by_wholesaler.total_cost * 10000 / nullif(by_wholesaler.gross_sales, 0)
        as numeric(18, 2)
    ) as bps_of_gross,
    cast(
        by_wholesaler.total_cost * 10000 / nullif(by_wholesaler.retained_sales, 0)
        as numeric(18, 2)
    ) as bps_of_retained
from by_wholesaler
inner join wholesalers
    on by_wholesaler.wholesaler_key = wholesalers.wholesaler_key
order by bps_of_retained, wholesaler

/*
  wholesaler   | total_cost | retained_sales | bps_of_gross | bps_of_retained
---------------+------------+----------------+--------------+-----------------
 Unassigned    |       0.00 |   156794345.24 |         0.00 |            0.00
 Joseph Singh  |     618.97 |     1162845.00 |         5.14 |            5.32
 Anita Lopez   |  261345.06 |    91313807.82 |        28.18 |           28.62
 Scott Olsen   |  510741.40 |   111667162.84 |        43.71 |           45.74
 Laura Stein   |  880801.51 |   180449676.79 |        39.87 |           48.81
 Brenda Harper |  813132.87 |   104778748.44 |        74.37 |           77.60
 Sara Gordon   |  852790.19 |   100015535.92 |        64.97 |           85.27
 Omar Vance    |  791878.77 |    91222510.89 |        81.06 |           86.81
 Diana Lowell  |  784003.14 |    77465355.34 |        96.12 |          101.21
 Scott Hoffman |  843150.31 |    76550584.30 |        82.97 |          110.14
*/
