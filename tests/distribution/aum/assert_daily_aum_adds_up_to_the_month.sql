-- A product's days sum to its accounts' month, but for half a cent for every amount
-- that was rounded. What a missing price leaves unknown is not compared.
{%- set movements = ['market_movement', 'fx_movement'] %}
{%- set sums = rollforward_lines() + movements %}

with

months as (

    select * from {{ ref('aum_rollforward_monthly') }}

),

days as (

    select * from {{ ref('aum_rollforward_daily') }}

),

month_totals as (

    select
        aum_month,
        product_id,
        {% for line in sums -%}
            sum({{ line }}_amount) as {{ line }}_amount,
        {% endfor -%}
        sum(closing_aum_amount) as closing_aum_amount,
        count(*) as amounts,
        count(*) = count(closing_aum_amount) as is_complete,
        count(*) = count(market_movement_amount) as is_market_known
    from months
    group by aum_month, product_id

),

last_days as (

    select
        product_id,
        closing_aum_amount,
        aum_date,
        {{ month_start('aum_date') }} as aum_month,
        row_number() over (
            partition by product_id, {{ month_start('aum_date') }}
            order by aum_date desc
        ) as day_rank
    from days

),

day_totals as (

    select
        {{ month_start('aum_date') }} as aum_month,
        product_id,
        {% for line in sums -%}
            sum({{ line }}_amount) as {{ line }}_amount,
        {% endfor -%}
        count(*) as amounts,
        count(*) = count(market_movement_amount) as is_market_known
    from days
    group by {{ month_start('aum_date') }}, product_id

)

select
    month_totals.aum_month,
    month_totals.product_id,
    month_totals.closing_aum_amount,
    last_days.closing_aum_amount as last_day_aum_amount,
    month_totals.market_movement_amount,
    day_totals.market_movement_amount as daily_market_movement_amount
from month_totals
full join day_totals
    on
        month_totals.aum_month = day_totals.aum_month
        and month_totals.product_id = day_totals.product_id
left join last_days
    on
        day_totals.aum_month = last_days.aum_month
        and day_totals.product_id = last_days.product_id
        and last_days.day_rank = 1
where
    month_totals.product_id is null
    or day_totals.product_id is null
    or (
        month_totals.is_complete
        and 200 * abs(month_totals.closing_aum_amount - last_days.closing_aum_amount)
        > month_totals.amounts + 1
    )
    {%- for line in sums %}
        or (
            200 * abs(month_totals.{{ line }}_amount - day_totals.{{ line }}_amount)
            > 2 * (month_totals.amounts + day_totals.amounts)
            {%- if line in movements %}
                and month_totals.is_market_known
                and day_totals.is_market_known
            {%- endif %}
        )
    {%- endfor %}
