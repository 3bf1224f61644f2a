-- At the as-of date the AUM that rolled forward is the value of the lots that are open,
-- which come from the queue of relief and not from balances; lots are valued one by one.
with

days as (

    select * from {{ ref('aum_rollforward_daily') }}

),

lots as (

    select * from {{ ref('int_lots_valued') }}

),

as_of as (

    select * from {{ ref('int_as_of_date_settled') }}

),

lot_values as (

    select
        product_id,
        count(*) as lots,
        sum(market_value) as market_value
    from lots
    where relief_method = 'fifo'
    group by product_id

),

closings as (

    select
        days.product_id,
        days.closing_aum_amount
    from days
    inner join as_of
        on days.aum_date = as_of.as_of_date

)

select
    coalesce(closings.product_id, lot_values.product_id) as product_id,
    closings.closing_aum_amount,
    lot_values.market_value
from closings
full join lot_values
    on closings.product_id = lot_values.product_id
where
    abs(coalesce(closings.closing_aum_amount, 0) - coalesce(lot_values.market_value, 0))
    > 0.01 * (coalesce(lot_values.lots, 0) + 1)
