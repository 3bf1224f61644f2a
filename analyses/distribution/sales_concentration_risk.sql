-- How much do sales depend on a few advisors?
with

concentration as (

    select * from {{ ref('sales_concentration') }}

),

wholesalers as (

    select * from {{ ref('dim_wholesalers') }}

),

latest as (

    select max(sales_month) as sales_month
    from concentration
    where not is_partial

),

named as (

    select
        concentration.scope,
        concentration.selling_advisors,
        concentration.window_gross_sales_amount,
        concentration.top_share_rate,
        concentration.herfindahl_rate,
        case
            when concentration.scope = 'firm' then 'The firm'
            else wholesalers.wholesaler_name
        end as wholesaler
    from concentration
    inner join latest
        on concentration.sales_month = latest.sales_month
    inner join wholesalers
        on concentration.wholesaler_key = wholesalers.wholesaler_key

)

-- `equal_advisors`: the number of advisors with equal sales that would be as
-- concentrated.
select
    wholesaler,
    selling_advisors,
    window_gross_sales_amount as gross_sales,
    cast(top_share_rate as numeric(18, 4)) as share_of_top_10,
    cast(1 / nullif(herfindahl_rate, 0) as numeric(18, 1)) as equal_advisors
from named
order by scope, equal_advisors, wholesaler

/*
  wholesaler   | selling_advisors | gross_sales  | share_of_top_10 | equal_advisors
---------------+------------------+--------------+-----------------+----------------
 The firm      |              114 | 620182070.83 |          0.3768 |           40.8
 Unassigned    |                3 |    512503.65 |          1.0000 |            2.6
 Scott Hoffman |               15 |  38338923.63 |          0.9663 |            5.1
 Sara Gordon   |               18 |  63857258.33 |          0.9370 |            5.2
 Anita Lopez   |               17 | 133646150.59 |          0.9654 |            5.3
 Omar Vance    |               14 | 102448441.79 |          0.9766 |            6.6
 Brenda Harper |               11 |  43887876.15 |          0.9975 |            7.2
 Diana Lowell  |               18 | 102431932.93 |          0.9631 |            7.9
 Laura Stein   |               24 | 135058983.76 |          0.8914 |           10.4
*/
