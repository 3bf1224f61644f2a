{%- set most_price = 999999999999 %}
with

products as (

    select * from {{ ref('stg_distribution__products') }}

),

exchange_rates as (

    select * from {{ ref('stg_distribution__exchange_rates') }}
    where {{ is_known('rate_date') }}

),

prices as (

    select * from {{ ref('stg_distribution__product_prices') }}
    where {{ is_known('price_date') }}

),

fee_schedules as (

    select * from {{ ref('stg_distribution__fee_schedules') }}
    where {{ is_known('booked_date') }}

),

fee_waivers as (

    select * from {{ ref('stg_distribution__fee_waivers') }}
    where {{ is_known('booked_date') }}

),

lot_flows as (

    select * from {{ ref('int_lot_flows_netted') }}

),

splits as (

    select * from {{ ref('int_share_splits_derived') }}

),

days as (

    select * from {{ ref('int_days_spined') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

-- A price holds until the next one, over weekends and holidays too.
price_periods as (

    select
        product_id,
        price,
        price_date as valid_from,
        {{ period_end('cast(null as date)', 'price_date', 'product_id') }} as valid_to
    from prices

),

-- An exchange rate holds until the next one too. A product without a currency is in the
-- reporting currency.
rate_periods as (

    select
        products.product_id,
        exchange_rates.rate,
        exchange_rates.rate_date as valid_from,
        {{ period_end(
            'cast(null as date)', 'exchange_rates.rate_date', 'products.product_id'
        ) }} as valid_to
    from products
    inner join exchange_rates
        on products.currency_code = exchange_rates.currency_code

),

-- Of rows that begin on the same day, the one booked last holds.
schedules_ranked as (

    select
        *,
        row_number() over (
            partition by product_id, valid_from
            order by booked_date desc
        ) as booking_rank
    from fee_schedules

),

fee_periods as (

    select
        product_id,
        annual_fee_rate,
        valid_from,
        {{ period_end('valid_to', 'valid_from', 'product_id') }} as valid_to
    from schedules_ranked
    where booking_rank = 1

),

first_days as (

    select
        product_id,
        min(trade_date) as first_day
    from lot_flows
    group by product_id

),

-- One day more than the as-of date: sums exclude their own day, and the as-of date
-- counts.
product_days as (

    select
        first_days.product_id,
        days.date_day
    from first_days
    cross join as_of
    inner join days
        on
            first_days.first_day <= days.date_day
            and days.date_day <= {{ add_days('as_of.as_of_date', 1) }}

),

-- Overlapping waivers add up. Waivers of one account are not the product's.
waivers as (

    select
        product_days.product_id,
        product_days.date_day,
        sum(fee_waivers.waiver_rate) as waiver_rate
    from product_days
    inner join fee_waivers
        on
            product_days.product_id
            = coalesce(fee_waivers.product_id, product_days.product_id)
            and product_days.date_day >= fee_waivers.valid_from
            and product_days.date_day
            < coalesce(fee_waivers.valid_to, {{ end_of_time() }})
    where fee_waivers.account_id is null
    group by
        product_days.product_id,
        product_days.date_day

),

prices_and_rates as (

    select
        product_days.product_id,
        product_days.date_day,
        price_periods.price as local_price,
        fee_periods.annual_fee_rate as gross_fee_rate,
        cast(
            fee_periods.annual_fee_rate
            - least(
                fee_periods.annual_fee_rate,
                coalesce(waivers.waiver_rate, cast(0 as numeric(10, 8)))
            ) as numeric(10, 8)
        ) as annual_fee_rate,
        price_periods.valid_from as price_date,
        case
            when products.currency_code is null then cast(1 as numeric(18, 8))
            else rate_periods.rate
        end as exchange_rate
    from product_days
    left join price_periods
        on
            product_days.product_id = price_periods.product_id
            and product_days.date_day >= price_periods.valid_from
            and product_days.date_day < price_periods.valid_to
    left join products
        on product_days.product_id = products.product_id
    left join rate_periods
        on
            product_days.product_id = rate_periods.product_id
            and product_days.date_day >= rate_periods.valid_from
            and product_days.date_day < rate_periods.valid_to
    left join fee_periods
        on
            product_days.product_id = fee_periods.product_id
            and product_days.date_day >= fee_periods.valid_from
            and product_days.date_day < fee_periods.valid_to
    left join waivers
        on
            product_days.product_id = waivers.product_id
            and product_days.date_day = waivers.date_day

),

-- A price that no column could hold is unknown.
converted_prices as (

    select
        *,
        cast(
            case
                when
                    cast(local_price as numeric(28, 6)) * exchange_rate
                    < {{ most_price }}
                    then round(
                        cast(local_price as numeric(28, 6)) * exchange_rate, 6
                    )
            end as numeric(18, 6)
        ) as price,
        lag(local_price) over day_by_day as local_price_before,
        exchange_rate - lag(exchange_rate) over day_by_day as exchange_rate_change
    from prices_and_rates
    window day_by_day as (partition by product_id order by date_day)

),

-- The exchange rate's part of a price change: yesterday's price x change of the rate.
-- The rest, rounding included, is market, so the two add up to every change of the
-- price.
price_changes as (

    select
        *,
        cast(
            lag(price) over (partition by product_id order by date_day)
            as numeric(18, 6)
        ) as price_before,
        cast(
            case
                when
                    abs(
                        cast(local_price_before as numeric(28, 6))
                        * exchange_rate_change
                    ) < {{ most_price }}
                    then round(
                        cast(local_price_before as numeric(28, 6))
                        * exchange_rate_change,
                        6
                    )
                else 0
            end as numeric(18, 6)
        ) as currency_price_change
    from converted_prices

),

-- What a unit of the day before gained in units by a split of this day.
split_values as (

    select
        price_changes.*,
        cast(
            {{ rounded_quotient(
                scaled_integer('price_changes.price', 12) ~ ' * ' ~ scaled_integer(
                    'splits.units_after - splits.units_before', 0
                ),
                scaled_integer('splits.units_before', 0)
            ) }} * {{ decimal_unit(12) }} as numeric(28, 12)
        ) as split_value
    from price_changes
    left join splits
        on
            price_changes.product_id = splits.product_id
            and price_changes.date_day = splits.valid_from

),

running_sums as (

    select
        product_id,
        date_day,
        price,
        price_date,
        price_before,
        split_value,
        currency_price_change,
        gross_fee_rate,
        annual_fee_rate,
        cast(coalesce(sum(price) over so_far, 0) as numeric(28, 6)) as price_sum_before,
        cast(
            coalesce(sum(currency_price_change) over so_far, 0) as numeric(28, 6)
        ) as currency_price_change_before,
        cast(
            coalesce(sum(annual_fee_rate) over so_far, 0) as numeric(28, 8)
        ) as rate_sum_before,
        cast(
            coalesce(
                sum(cast(price as numeric(28, 6)) * annual_fee_rate) over so_far, 0
            ) as numeric(28, 14)
        ) as price_rate_sum_before,
        cast(
            coalesce(sum(gross_fee_rate) over so_far, 0) as numeric(28, 8)
        ) as gross_rate_sum_before,
        cast(
            coalesce(
                sum(cast(price as numeric(28, 6)) * gross_fee_rate) over so_far, 0
            ) as numeric(28, 14)
        ) as price_gross_rate_sum_before,
        count(price) over so_far as priced_days_before,
        count(annual_fee_rate) over so_far as rated_days_before
    from split_values
    window so_far as (
        partition by product_id
        order by date_day
        rows between unbounded preceding and 1 preceding
    )

)

select * from running_sums
