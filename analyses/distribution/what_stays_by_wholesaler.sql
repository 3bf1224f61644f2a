-- Which wholesalers bring money that stays?
with

flows as (

    select * from {{ ref('net_flows_monthly') }}

),

cohorts as (

    select *
    from {{ ref('retention_cohorts') }}
    where
        relief_method = 'fifo'
        and age_days = 90

),

wholesalers as (

    select * from {{ ref('dim_wholesalers') }}

),

sold as (

    select
        wholesaler_key,
        sum(gross_sales_amount) as gross_sales,
        sum(firm_net_flow_amount) as net_flow
    from flows
    group by wholesaler_key

),

kept as (

    select
        wholesaler_key,
        sum(retained_amount) as retained_amount,
        sum(original_amount_at_risk) as original_amount
    from cohorts
    group by wholesaler_key

),

rated as (

    select
        sold.wholesaler_key,
        sold.gross_sales,
        sold.net_flow,
        cast(
            kept.retained_amount / nullif(kept.original_amount, 0) as numeric(18, 4)
        ) as retention_90
    from sold
    left join kept
        on sold.wholesaler_key = kept.wholesaler_key

)

select
    wholesalers.wholesaler_name as wholesaler,
    rated.gross_sales,
    rated.net_flow,
    rated.retention_90,
    rank() over (order by rated.gross_sales desc) as by_sales,
    rank() over (order by rated.retention_90 desc nulls last) as by_retention
from rated
inner join wholesalers
    on rated.wholesaler_key = wholesalers.wholesaler_key
order by by_retention, wholesaler

/*
  wholesaler   | gross_sales  |   net_flow   | retention_90 | by_sales | by_retention
---------------+--------------+--------------+--------------+----------+--------------
 Unassigned    | 191321297.80 | 107734599.82 |       0.9957 |        2 |            1
 Anita Lopez   | 149154207.80 |  87354253.64 |       0.9902 |        4 |            2
 Joseph Singh  |   1203189.88 |    207786.71 |       0.9863 |       10 |            3
 Brenda Harper | 127440880.66 |  84316068.79 |       0.9730 |        5 |            4
 Scott Olsen   | 116860679.28 |  99123130.03 |       0.9730 |        8 |            4
 Diana Lowell  | 126045378.56 |  46301874.95 |       0.9645 |        7 |            6
 Omar Vance    | 126976199.18 |  60229158.75 |       0.9545 |        6 |            7
 Laura Stein   | 277589091.38 |  71811923.31 |       0.8869 |        1 |            8
 Sara Gordon   | 150368895.94 |  46222354.22 |       0.8187 |        3 |            9
 Scott Hoffman | 114482297.54 |  39430616.12 |       0.8185 |        9 |           10
*/
