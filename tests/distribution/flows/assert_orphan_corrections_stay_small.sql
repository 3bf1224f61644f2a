-- Corrections of flows that no feed holds stay within `orphan_correction_tolerance_bps`
-- of what was bought and sold in the month in which they were booked; more of them mean
-- that history is missing. They count all the same.
{{ config(severity='warn') }}

with

flows as (

    select * from {{ ref('fact_aum_flows') }}

),

booked as (

    select
        {{ month_start('booked_date') }} as booked_month,
        sum(abs(unmatched_correction_amount)) as unmatched_correction_amount,
        sum(abs(gross_sales_amount) + abs(redemption_amount)) as traded_amount
    from flows
    group by {{ month_start('booked_date') }}

)

select
    booked_month,
    unmatched_correction_amount,
    traded_amount
from booked
where
    unmatched_correction_amount * 10000
    > traded_amount * {{ whole_number_setting('orphan_correction_tolerance_bps') }}
