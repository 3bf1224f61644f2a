-- At the as-of date the AUM that rolled forward, less what is in transit, is the value
-- of the open lots, which come from the queue of relief and are valued one by one. It
-- is unknown where a lot, or what is in transit, has no price.
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
        count(market_value) as valued_lots,
        sum(market_value) as market_value
    from lots
    where relief_method = 'fifo'
    group by product_id

),

closings as (

    select
        days.product_id,
        case
            when months.product_id is null then days.closing_aum_amount
            else days.closing_aum_amount - months.closing_aum_amount
        end as closing_aum_amount,
        days.closing_aum_amount is null
        or (months.product_id is not null and months.closing_aum_amount is null)
            as is_unknown
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
    (
        not coalesce(closings.is_unknown, false)
        and (
            lot_values.valued_lots < lot_values.lots
            or abs(
                coalesce(closings.closing_aum_amount, 0)
                - coalesce(lot_values.market_value, 0)
            ) > 0.01 * (coalesce(lot_values.lots, 0) + 1)
        )
    )
