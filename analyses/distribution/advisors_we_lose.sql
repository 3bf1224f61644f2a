-- Which advisors have stopped selling, or sell much less than a year ago?
with

activity as (

    select * from {{ ref('advisor_activity') }}

),

dates as (

    select * from {{ ref('dim_dates') }}

),

advisors as (

    select * from {{ ref('dim_advisors') }}

),

wholesalers as (

    select * from {{ ref('dim_wholesalers') }}

),

latest as (

    select max(activity_month) as activity_month
    from activity
    where not is_partial

),

months as (

    select
        latest.activity_month,
        years_ago.date_day as month_a_year_ago
    from latest
    inner join dates
        on latest.activity_month = dates.date_day
    inner join dates as years_ago
        on
            dates.calendar_year - 1 = years_ago.calendar_year
            and dates.calendar_month = years_ago.calendar_month
            and dates.day_of_month = years_ago.day_of_month

)

select
    advisors.advisor_name as advisor,
    wholesalers.wholesaler_name as wholesaler,
    activity.activity_status as status,
    year_ago.window_gross_sales_amount as year_before,
    activity.window_gross_sales_amount as last_year,
    activity.window_gross_sales_amount
    - year_ago.window_gross_sales_amount as difference
from months
inner join activity
    on months.activity_month = activity.activity_month
inner join activity as year_ago
    on
        months.month_a_year_ago = year_ago.activity_month
        and activity.advisor_key = year_ago.advisor_key
inner join advisors
    on activity.advisor_key = advisors.advisor_key
inner join wholesalers
    on activity.wholesaler_key = wholesalers.wholesaler_key
order by difference, advisors.advisor_id
limit 10

/*
     advisor     |  wholesaler   | status | year_before |  last_year  |  difference
-----------------+---------------+--------+-------------+-------------+--------------
 Deborah Schmidt | Diana Lowell  | active | 27154854.86 |  6684994.40 | -20469860.46
 Leon Anderson   | Diana Lowell  | active |  6227216.31 |   108408.83 |  -6118807.48
 Abigail Quinn   | Laura Stein   | active | 10254617.57 |  4711001.58 |  -5543615.99
 Hannah Miller   | Brenda Harper | active |  9561539.66 |  5107466.20 |  -4454073.46
 Edward Klein    | Laura Stein   | active | 16396304.40 | 12539512.60 |  -3856791.80
 Susan Doyle     | Brenda Harper | active | 11102602.62 |  7273023.37 |  -3829579.25
 Patrick Cooper  | Laura Stein   | active |  3908064.49 |   544146.10 |  -3363918.39
 Nancy Evans     | Sara Gordon   | active | 18459907.32 | 15241686.45 |  -3218220.87
 Chloe Evans     | Anita Lopez   | active |  3550711.42 |  1428482.69 |  -2122228.73
 Sofia Ferrari   | Omar Vance    | active |  2936494.39 |  1381022.40 |  -1555471.99
*/
