-- Products that were held on days without a price in the reporting currency, so that
-- their AUM is unknown and not zero.
{{ config(severity='warn') }}

with

days as (

    select * from {{ ref('aum_rollforward_daily') }}
    where is_incomplete

),

products as (

    select * from {{ ref('stg_distribution__products') }}

),

prices as (

    select
        product_id,
        min(price_date) as first_price_date
    from {{ ref('stg_distribution__product_prices') }}
    group by product_id

),

rates as (

    select
        currency_code,
        min(rate_date) as first_rate_date
    from {{ ref('stg_distribution__exchange_rates') }}
    group by currency_code

)

select
    days.product_id,
    products.currency_code,
    prices.first_price_date,
    rates.first_rate_date,
    min(days.aum_date) as first_date,
    max(days.aum_date) as last_date,
    count(*) as unknown_days,
    case
        when prices.product_id is null then 'the product has no price'
        when prices.first_price_date > min(days.aum_date)
            then 'the first price is later than the first unit'
        when products.currency_code is not null and rates.currency_code is null
            then 'the currency has no exchange rate'
        when rates.first_rate_date > min(days.aum_date)
            then 'the first exchange rate is later than the first unit'
        else 'price times exchange rate, or its change, is more than a column holds'
    end as reason
from days
left join products
    on days.product_id = products.product_id
left join prices
    on days.product_id = prices.product_id
left join rates
    on products.currency_code = rates.currency_code
group by
    days.product_id,
    products.currency_code,
    prices.product_id,
    prices.first_price_date,
    rates.currency_code,
    rates.first_rate_date
