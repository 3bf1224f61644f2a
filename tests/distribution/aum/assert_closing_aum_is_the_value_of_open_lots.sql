-- At the as-of date the AUM that rolled forward, less what is in transit, is the value
-- of the open lots, which come from the queue of relief and are valued one by one.
with

days as (

    select * from {{ ref('aum_rollforward_daily') }}

),

months as (

    select * from {{ ref('aum_rollforward_monthly') }}

),

lots as (

    select * from {{ ref('int_lots_valued') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

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
        - coalesce(months.closing_aum_amount, 0) as closing_aum_amount
    from days
    inner join as_of
        on days.aum_date = as_of.as_of_date
    left join months
        on
            days.product_id = months.product_id
            and days.aum_date = months.period_end_date
            and months.account_id = 'in_transit'

)

select
    closings.closing_aum_amount,
    lot_values.market_value,
    coalesce(closings.product_id, lot_values.product_id) as product_id
from closings
full join lot_values
    on closings.product_id = lot_values.product_id
where
    abs(coalesce(closings.closing_aum_amount, 0) - coalesce(lot_values.market_value, 0))
    > 0.01 * (coalesce(lot_values.lots, 0) + 1)
