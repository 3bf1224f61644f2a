-- The accrual by intervals equals the plain sum over days, account by account, in the
-- last month: balance x price x fee rate / day count, each looked up for the day,
-- before and after waivers. Accounts under agreements have their own test.
with

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

-- Most balances ended before the month, and would otherwise be joined to all its days.
balances as (

    select balances_held.*
    from {{ ref('int_balances_held') }} as balances_held
    inner join as_of
        on
            balances_held.valid_to > {{ month_start('as_of.as_of_date') }}
            and balances_held.valid_from <= as_of.as_of_date

),

accrued as (

    select * from {{ ref('int_revenue_accrued') }}
    where is_last_known

),

prices as (

    select * from {{ ref('stg_distribution__product_prices') }}
    where {{ is_known('price_date') }}

),

products as (

    select * from {{ ref('stg_distribution__products') }}

),

exchange_rates as (

    select * from {{ ref('stg_distribution__exchange_rates') }}
    where {{ is_known('rate_date') }}

),

fee_schedules as (

    select * from {{ ref('stg_distribution__fee_schedules') }}
    where {{ is_known('booked_date') }}

),

fee_waivers as (

    select * from {{ ref('stg_distribution__fee_waivers') }}
    where {{ is_known('booked_date') }}

),

billed_days as (

    select * from {{ ref('int_fee_days_billed') }}

),

agreed as (

    select distinct
        account_id,
        product_id,
        month_start_date
    from billed_days
    where agreement_id is not null

),

calendar as (

    select * from {{ ref('dim_dates') }}

),

days as (

    select
        calendar.date_day,
        calendar.month_start_date
    from calendar
    inner join as_of
        on
            {{ month_start('as_of.as_of_date') }} = calendar.month_start_date
            and calendar.date_day <= as_of.as_of_date

),

last_price_dates as (

    select
        prices.product_id,
        days.date_day,
        days.month_start_date,
        max(prices.price_date) as price_date
    from days
    inner join prices
        on days.date_day >= prices.price_date
    group by
        prices.product_id,
        days.date_day,
        days.month_start_date

),

last_rate_dates as (

    select
        products.product_id,
        products.currency_code,
        days.date_day,
        max(exchange_rates.rate_date) as rate_date
    from days
    inner join exchange_rates
        on days.date_day >= exchange_rates.rate_date
    inner join products
        on exchange_rates.currency_code = products.currency_code
    group by
        products.product_id,
        products.currency_code,
        days.date_day

),

-- The schedule that began last, and was booked last, unless it has ended.
last_fee_starts as (

    select
        fee_schedules.product_id,
        days.date_day,
        max(fee_schedules.valid_from) as valid_from
    from days
    inner join fee_schedules
        on days.date_day >= fee_schedules.valid_from
    group by
        fee_schedules.product_id,
        days.date_day

),

last_fee_bookings as (

    select
        product_id,
        valid_from,
        max(booked_date) as booked_date
    from fee_schedules
    group by
        product_id,
        valid_from

),

product_days as (

    select
        last_price_dates.product_id,
        last_price_dates.date_day,
        last_price_dates.month_start_date,
        case
            when
                cast(prices.price as numeric(28, 6))
                * coalesce(exchange_rates.rate, cast(1 as numeric(18, 8)))
                < 999999999999
                then cast(
                    round(
                        cast(prices.price as numeric(28, 6))
                        * coalesce(exchange_rates.rate, cast(1 as numeric(18, 8))),
                        6
                    ) as numeric(18, 6)
                )
        end as price,
        fee_schedules.annual_fee_rate,
        (
            select coalesce(sum(fee_waivers.waiver_rate), 0)
            from fee_waivers
            where
                fee_waivers.account_id is null
                and coalesce(fee_waivers.product_id, last_price_dates.product_id)
                = last_price_dates.product_id
                and last_price_dates.date_day >= fee_waivers.valid_from
                and last_price_dates.date_day
                < coalesce(fee_waivers.valid_to, {{ end_of_time() }})
        ) as product_waiver_rate
    from last_price_dates
    inner join prices
        on
            last_price_dates.product_id = prices.product_id
            and last_price_dates.price_date = prices.price_date
    left join last_rate_dates
        on
            last_price_dates.product_id = last_rate_dates.product_id
            and last_price_dates.date_day = last_rate_dates.date_day
    left join exchange_rates
        on
            last_rate_dates.currency_code = exchange_rates.currency_code
            and last_rate_dates.rate_date = exchange_rates.rate_date
    left join last_fee_starts
        on
            last_price_dates.product_id = last_fee_starts.product_id
            and last_price_dates.date_day = last_fee_starts.date_day
    left join last_fee_bookings
        on
            last_fee_starts.product_id = last_fee_bookings.product_id
            and last_fee_starts.valid_from = last_fee_bookings.valid_from
    left join fee_schedules
        on
            last_fee_bookings.product_id = fee_schedules.product_id
            and last_fee_bookings.valid_from = fee_schedules.valid_from
            and last_fee_bookings.booked_date = fee_schedules.booked_date
            and last_price_dates.date_day
            < coalesce(fee_schedules.valid_to, {{ end_of_time() }})

),

account_waivers as (

    select
        fee_waivers.account_id,
        product_days.product_id,
        product_days.date_day,
        sum(fee_waivers.waiver_rate) as account_waiver_rate
    from fee_waivers
    inner join product_days
        on
            coalesce(fee_waivers.product_id, product_days.product_id)
            = product_days.product_id
            and fee_waivers.valid_from <= product_days.date_day
            and coalesce(fee_waivers.valid_to, {{ end_of_time() }})
            > product_days.date_day
    where fee_waivers.account_id is not null
    group by
        fee_waivers.account_id,
        product_days.product_id,
        product_days.date_day

),

held_days as (

    select
        balances.account_id,
        balances.product_id,
        balances.held_quantity,
        balances.basis,
        product_days.date_day,
        product_days.month_start_date,
        product_days.price,
        product_days.annual_fee_rate,
        product_days.product_waiver_rate,
        balances.account_id in (
            select fee_waivers.account_id
            from fee_waivers
            where fee_waivers.account_id is not null
        ) as has_waivers
    from balances
    inner join product_days
        on
            balances.product_id = product_days.product_id
            and balances.valid_from <= product_days.date_day
            and balances.valid_to > product_days.date_day
    where balances.held_quantity > 0

),

-- Nearly all days are of accounts without their own waiver and need no join to waivers.
waived_days as (

    select
        account_id,
        product_id,
        held_quantity,
        basis,
        month_start_date,
        price,
        annual_fee_rate,
        product_waiver_rate as waiver_rate
    from held_days
    where not has_waivers

    union all

    select
        held_days.account_id,
        held_days.product_id,
        held_days.held_quantity,
        held_days.basis,
        held_days.month_start_date,
        held_days.price,
        held_days.annual_fee_rate,
        held_days.product_waiver_rate
        + coalesce(account_waivers.account_waiver_rate, 0) as waiver_rate
    from held_days
    left join account_waivers
        on
            held_days.account_id = account_waivers.account_id
            and held_days.product_id = account_waivers.product_id
            and held_days.date_day = account_waivers.date_day
    where held_days.has_waivers

),

day_by_day as (

    select
        account_id,
        product_id,
        month_start_date,
        sum(
            cast(
                held_quantity * case basis when 'units' then price else 1 end
                as numeric(28, 10)
            ) * annual_fee_rate
        ) as gross_annual_amount,
        sum(
            cast(
                held_quantity * case basis when 'units' then price else 1 end
                as numeric(28, 10)
            ) * cast(
                annual_fee_rate - least(waiver_rate, annual_fee_rate) as numeric(10, 8)
            )
        ) as annual_amount
    from waived_days
    group by
        account_id,
        product_id,
        month_start_date

)

select
    day_by_day.account_id,
    day_by_day.product_id,
    day_by_day.gross_annual_amount,
    day_by_day.annual_amount,
    accrued.gross_accrued_amount,
    accrued.accrued_amount
from day_by_day
left join agreed
    on
        day_by_day.account_id = agreed.account_id
        and day_by_day.product_id = agreed.product_id
        and day_by_day.month_start_date = agreed.month_start_date
left join accrued
    on
        day_by_day.account_id = accrued.account_id
        and day_by_day.product_id = accrued.product_id
        and day_by_day.month_start_date = accrued.revenue_month
where
    agreed.account_id is null
    and day_by_day.annual_amount is not null
    and (
        accrued.accrued_amount is null
        -- Tolerances: one unit of the tenth decimal x the days of a year; a millionth
        -- of AUM per day.
        or abs(
            accrued.accrued_amount
            * {{ day_count_basis('day_by_day.month_start_date') }}
            - day_by_day.annual_amount
        ) > 0.000001
        or abs(
            accrued.gross_accrued_amount
            * {{ day_count_basis('day_by_day.month_start_date') }}
            - day_by_day.gross_annual_amount
        ) > 0.000001
    )
