-- Whose credit would move if today's territories and splits had always been in force?
with

credit as (

    select * from {{ ref('sales_credit_monthly') }}
    where
        role = 'external'
        and time_mode = 'event'

),

wholesalers as (

    select * from {{ ref('dim_wholesalers') }}

),

by_wholesaler as (

    select
        wholesaler_key,
        {% for mode in ['as_was', 'as_is'] -%}
            sum(
                case
                    when attribution_mode = '{{ mode }}' then gross_sales_credit_amount
                    else cast(0 as numeric(18, 2))
                end
            ) as {{ mode }},
        {% endfor -%}
        sum(
            case
                when attribution_mode = 'as_paid'
                    then adjusted_gross_sales_credit_amount
                else cast(0 as numeric(18, 2))
            end
        ) as paid_late
    from credit
    group by wholesaler_key

)

-- Every mode has the same total, so the moves add up to zero.
select
    wholesalers.wholesaler_name as wholesaler,
    by_wholesaler.as_was,
    by_wholesaler.as_is,
    by_wholesaler.paid_late,
    by_wholesaler.as_is - by_wholesaler.as_was as moved_since
from by_wholesaler
inner join wholesalers
    on by_wholesaler.wholesaler_key = wholesalers.wholesaler_key
order by moved_since, wholesaler

/*
  wholesaler   |    as_was    |    as_is     |  paid_late  | moved_since
---------------+--------------+--------------+-------------+--------------
 Scott Olsen   |  71120135.55 |         0.00 |   276941.42 | -71120135.55
 Scott Hoffman | 114482297.54 |  63059485.70 |   251660.18 | -51422811.84
 Brenda Harper | 193475090.35 | 169879078.49 |  3438537.71 | -23596011.86
 Sara Gordon   | 150368895.94 | 128396752.22 |  1811983.46 | -21972143.72
 Unassigned    | 187133503.94 | 179443203.04 | -5685141.63 |  -7690300.90
 Joseph Singh  |   1203189.88 |         0.00 |        0.00 |  -1203189.88
 Unallocated   |         0.00 |         0.00 |        0.00 |         0.00
 Laura Stein   | 313860379.38 | 314223543.21 | -3220494.54 |    363163.83
 Omar Vance    | 126999967.51 | 171699722.27 | 11727254.88 |  44699754.76
 Anita Lopez   |  96753279.37 | 150184520.02 |  3405871.25 |  53431240.65
 Diana Lowell  | 126045378.56 | 204555813.07 |   798233.16 |  78510434.51
*/
