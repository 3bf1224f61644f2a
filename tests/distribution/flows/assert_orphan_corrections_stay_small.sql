-- Corrections whose original is in no feed stay within
-- `orphan_correction_tolerance_bps` of the purchases and redemptions of the month in
-- which they were booked. More of them mean that history is missing. They are counted
-- in any case.
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
