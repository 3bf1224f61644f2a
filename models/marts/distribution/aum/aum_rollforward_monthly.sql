{{ config(
    materialized='incremental_by_change',
    indexes=indexes_on([['product_key', 'aum_month']]),
    meta={'changes_with': 'aum_month', 'matures_on': next_month_start('aum_month')},
) }}

with

-- The month before is read too, because its closing is the opening.
balances as (

    select * from {{ ref('int_balances_by_month_held') }}
    where
        {{ is_changed('aum_month', 'month_start_date') }}
        or {{ is_changed('aum_month', next_month_start('month_start_date')) }}
        or {{ is_maturing(next_month_start(next_month_start('month_start_date'))) }}

),

product_days as (

    select * from {{ ref('int_product_days_priced') }}

),

lines as (

    select * from {{ ref('int_aum_lines_summed') }}
    where
        {{ is_changed('aum_month', month_start('trade_date')) }}
        or {{ is_maturing(next_month_start('trade_date')) }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

accounts as (

    select * from {{ ref('dim_accounts') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

account_advisors as (

    select * from {{ ref('int_accounts_dated') }}

),

coverage as (

    select * from {{ ref('int_advisors_covered') }}

),

wholesalers as (

    select * from {{ ref('dim_wholesalers') }}

),

closings as (

    select
        balances.account_id,
        balances.product_id,
        balances.month_start_date,
        balances.held_quantity,
        {{ next_month_start('balances.month_start_date') }} as next_month_start_date,
        case balances.basis when 'units' then last_days.price_date end as price_date,
        -- A balance of money has no price; its value is its amount.
        case balances.basis
            when 'units'
                then {{ rounded_product(
                    'balances.held_quantity', 'last_days.price', 18, 2
                ) }}
            else cast(balances.held_quantity as numeric(18, 2))
        end as aum_amount
    from balances
    cross join as_of
    inner join product_days as last_days
        on
            balances.product_id = last_days.product_id
            and {{ add_days('balances.valid_to', -1) }} = last_days.date_day
    where
        balances.valid_to = least(
            {{ next_month_start('balances.month_start_date') }},
            {{ add_days('as_of.as_of_date', 1) }}
        )

),

price_changes as (

    select
        balances.account_id,
        balances.product_id,
        balances.basis,
        balances.month_start_date,
        balances.held_quantity,
        {{ month_start('balances.valid_to') }} as left_month_start_date,
        balances.valid_to <= as_of.as_of_date as is_left,
        end_days.price_before - first_days.price as held_change,
        -- Units that a split added are not a gain, for the price fell by them.
        end_days.price - end_days.price_before + coalesce(end_days.split_value, 0)
            as left_change,
        end_days.currency_price_change_before
        - first_days.currency_price_change_before
        - first_days.currency_price_change as held_currency_change,
        end_days.currency_price_change as left_currency_change
    from balances
    cross join as_of
    inner join product_days as first_days
        on
            balances.product_id = first_days.product_id
            and balances.valid_from = first_days.date_day
    inner join product_days as end_days
        on
            balances.product_id = end_days.product_id
            and balances.valid_to = end_days.date_day

),

-- A balance has price changes from its first to its last day. The change to the day on
-- which another balance replaces it belongs to that day, perhaps in the next month.
balance_movements as (

    select
        account_id,
        product_id,
        basis,
        month_start_date,
        held_quantity,
        held_change as price_change,
        held_currency_change as currency_change
    from price_changes

    union all

    select
        account_id,
        product_id,
        basis,
        left_month_start_date as month_start_date,
        held_quantity,
        left_change as price_change,
        left_currency_change as currency_change
    from price_changes
    where is_left

),

market as (

    select
        account_id,
        product_id,
        basis,
        month_start_date,
        min(case when basis = 'units' and price_change is not null then 1 else 0 end)
        = 1 as is_computed,
        sum(cast(held_quantity * price_change as numeric(38, 12))) as price_movement,
        sum(cast(held_quantity * currency_change as numeric(38, 12)))
            as currency_movement
    from balance_movements
    group by
        account_id,
        product_id,
        basis,
        month_start_date

),

line_months as (

    select
        account_id,
        product_id,
        basis,
        {{ month_start('trade_date') }} as month_start_date,
        {% for line in rollforward_lines() -%}
            sum({{ line }}_amount) as {{ line }}_amount,
        {% endfor -%}
        sum(organic_flow_amount) as organic_flow_amount,
        sum(paid_out_amount) as paid_out_amount
    from lines
    group by
        account_id,
        product_id,
        basis,
        {{ month_start('trade_date') }}

),

-- A union may return rows sorted by its columns in order. With the month before the
-- basis, joins by month can use that order.
months as (

    select
        account_id,
        product_id,
        month_start_date,
        basis
    from market

    union

    select
        account_id,
        product_id,
        month_start_date,
        basis
    from line_months

),

-- Opening is the closing of the calendar month before; without one nothing was held.
monthly_figures as (

    select
        months.account_id,
        months.product_id,
        months.basis,
        months.month_start_date,
        closings.price_date,
        least(
            {{ add_days(next_month_start('months.month_start_date'), -1) }},
            as_of.as_of_date
        ) as period_end_date,
        cast(coalesce(closings.held_quantity, 0) as numeric(28, 6))
            as closing_quantity,
        case
            when openings.account_id is null then cast(0 as numeric(18, 2))
            else openings.aum_amount
        end as opening_aum_amount,
        case
            when closings.account_id is null then cast(0 as numeric(18, 2))
            else closings.aum_amount
        end as closing_aum_amount,
        {% for line in rollforward_lines() -%}
            coalesce(line_months.{{ line }}_amount, 0) as {{ line }}_amount,
        {% endfor -%}
        coalesce(line_months.organic_flow_amount, 0) as organic_flow_amount,
        coalesce(market.is_computed, true) as is_market_computed,
        coalesce(round(market.price_movement, 2), 0)
        + coalesce(line_months.paid_out_amount, 0) as gain_amount,
        coalesce(round(market.currency_movement, 2), 0) as currency_amount
    from months
    cross join as_of
    left join closings as openings
        on
            months.account_id = openings.account_id
            and months.product_id = openings.product_id
            and months.month_start_date = openings.next_month_start_date
    left join closings
        on
            months.account_id = closings.account_id
            and months.product_id = closings.product_id
            and months.month_start_date = closings.month_start_date
    left join market
        on
            months.account_id = market.account_id
            and months.product_id = market.product_id
            and months.month_start_date = market.month_start_date
    left join line_months
        on
            months.account_id = line_months.account_id
            and months.product_id = line_months.product_id
            and months.month_start_date = line_months.month_start_date

),

-- The month before is dropped here: only its closing was needed.
changed_months as (

    select * from monthly_figures
    where
        {{ is_changed('aum_month', 'month_start_date') }}
        or {{ is_maturing(next_month_start('month_start_date')) }}

),

explained as (

    select
        *,
        opening_aum_amount is null or closing_aum_amount is null as is_incomplete,
        closing_aum_amount
        - opening_aum_amount
        {%- for line in rollforward_lines() %}
            - {{ line }}_amount
        {%- endfor %} as unexplained_amount
    from changed_months
    {{ computed_once() }}

),

rolled as (

    select
        explained.month_start_date as aum_month,
        {{ member_key('accounts.account_key') }} as account_key,
        {{ member_key('products.product_key') }} as product_key,
        {{ member_key('wholesalers.wholesaler_key') }} as wholesaler_key,
        explained.account_id,
        explained.product_id,
        explained.basis,
        explained.period_end_date,
        explained.price_date,
        explained.closing_quantity,
        cast(explained.opening_aum_amount as numeric(18, 2)) as opening_aum_amount,
        {% for line in rollforward_lines() -%}
            cast(explained.{{ line }}_amount as numeric(18, 2)) as {{ line }}_amount,
        {% endfor -%}
        cast(
            case
                when explained.is_incomplete then null
                when explained.is_market_computed
                    then explained.gain_amount - explained.currency_amount
                else explained.unexplained_amount
            end as numeric(18, 2)
        ) as market_movement_amount,
        cast(
            case
                when explained.is_incomplete then null
                when explained.is_market_computed then explained.currency_amount
                else 0
            end as numeric(18, 2)
        ) as fx_movement_amount,
        cast(
            case
                when not explained.is_incomplete and explained.is_market_computed
                    then explained.unexplained_amount - explained.gain_amount
            end as numeric(18, 2)
        ) as residual_amount,
        cast(explained.closing_aum_amount as numeric(18, 2)) as closing_aum_amount,
        cast(explained.organic_flow_amount as numeric(18, 2)) as organic_flow_amount,
        explained.is_incomplete,
        not explained.is_incomplete
        and not explained.is_market_computed as is_market_plug,
        coalesce(
            {{ days_between('explained.price_date', 'explained.period_end_date') }}
            > {{ whole_number_setting('stale_price_days') }},
            false
        ) as is_stale_price
    from explained
    left join accounts
        on explained.account_id = accounts.account_id
    left join products
        on explained.product_id = products.product_id
    left join account_advisors
        on
            explained.account_id = account_advisors.account_id
            and explained.period_end_date >= account_advisors.valid_from
            and explained.period_end_date < account_advisors.valid_to
    left join coverage
        on
            account_advisors.advisor_id = coverage.advisor_id
            and explained.period_end_date >= coverage.valid_from
            and explained.period_end_date < coverage.valid_to
    left join wholesalers
        on coverage.wholesaler_id = wholesalers.wholesaler_id

)

select * from rolled
