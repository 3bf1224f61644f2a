with

balances as (

    select * from {{ ref('int_balances_held') }}

),

transit_legs as (

    select * from {{ ref('int_transfer_legs_delayed') }}

),

product_days as (

    select * from {{ ref('int_product_days_priced') }}

),

lines as (

    select * from {{ ref('int_aum_lines_summed') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

-- Changes of each account's balance by day; most days have none.
steps as (

    select
        product_id,
        basis,
        valid_from as date_day,
        held_quantity - coalesce(
            lag(held_quantity) over (
                partition by account_id, product_id
                order by valid_from
            ),
            0
        ) as step_quantity
    from balances

    union all

    select
        product_id,
        basis,
        valid_from as date_day,
        transit_quantity as step_quantity
    from transit_legs
    where valid_from < valid_to

    union all

    select
        product_id,
        basis,
        valid_to as date_day,
        -transit_quantity as step_quantity
    from transit_legs
    where valid_from < valid_to

),

step_days as (

    select
        product_id,
        date_day,
        sum(case when basis = 'units' then step_quantity else 0 end) as step_units,
        sum(case when basis = 'units' then 0 else step_quantity end) as step_amount
    from steps
    group by product_id, date_day

),

line_days as (

    select
        product_id,
        trade_date as date_day,
        {% for line in rollforward_lines() -%}
            sum({{ line }}_amount) as {{ line }}_amount,
        {% endfor -%}
        sum(organic_flow_amount) as organic_flow_amount,
        sum(
            case when coalesce(basis, 'units') = 'units' then paid_out_amount else 0 end
        ) as paid_out_amount,
        sum(
            case
                when basis = 'amount'
                    then
                        0
                        {%- for line in rollforward_lines() %}
                            + {{ line }}_amount
                        {%- endfor %}
                else 0
            end
        ) as plugged_lines_amount
    from lines
    group by product_id, trade_date

),

days as (

    select
        product_days.product_id,
        product_days.date_day
    from product_days
    cross join as_of
    where product_days.date_day <= as_of.as_of_date

    union

    select
        product_id,
        date_day
    from line_days

),

day_holdings as (

    select
        days.product_id,
        days.date_day,
        product_days.price,
        product_days.price_before,
        product_days.split_value,
        product_days.price_date,
        product_days.currency_price_change,
        coalesce(step_days.step_amount, 0) as step_amount,
        sum(coalesce(step_days.step_units, 0)) over so_far as closing_units,
        sum(coalesce(step_days.step_units, 0)) over so_far
        - coalesce(step_days.step_units, 0) as opening_units,
        sum(coalesce(step_days.step_amount, 0)) over so_far as closing_amount
    from days
    left join product_days
        on
            days.product_id = product_days.product_id
            and days.date_day = product_days.date_day
    left join step_days
        on
            days.product_id = step_days.product_id
            and days.date_day = step_days.date_day
    window so_far as (
        partition by days.product_id
        order by days.date_day
        rows unbounded preceding
    )

),

-- Without a holding no price is needed, so a missing price does not make AUM unknown.
valued as (

    select
        *,
        closing_units <> 0
        or opening_units <> 0
        or closing_amount <> 0
        or step_amount <> 0 as is_held,
        case
            when opening_units = 0 then cast(0 as numeric(38, 12))
            else cast(opening_units * price_before as numeric(38, 12))
        end as opening_value,
        case
            when closing_units = 0 then cast(0 as numeric(38, 12))
            else cast(closing_units * price as numeric(38, 12))
        end as closing_value,
        case
            when opening_units = 0 then cast(0 as numeric(38, 12))
            else cast(
                opening_units * (price - price_before + coalesce(split_value, 0))
                as numeric(38, 12)
            )
        end as price_movement,
        case
            when opening_units = 0 then cast(0 as numeric(38, 12))
            else cast(opening_units * currency_price_change as numeric(38, 12))
        end as currency_movement
    from day_holdings

),

day_balances as (

    select
        valued.product_id,
        valued.date_day,
        valued.price_date,
        valued.closing_units,
        valued.closing_amount,
        cast(
            valued.opening_value + valued.closing_amount - valued.step_amount
            as numeric(18, 2)
        ) as opening_aum_amount,
        cast(valued.closing_value + valued.closing_amount as numeric(18, 2))
            as closing_aum_amount,
        {% for line in rollforward_lines() -%}
            coalesce(line_days.{{ line }}_amount, 0) as {{ line }}_amount,
        {% endfor -%}
        coalesce(line_days.organic_flow_amount, 0) as organic_flow_amount,
        cast(
            valued.step_amount - coalesce(line_days.plugged_lines_amount, 0)
            as numeric(18, 2)
        ) as plugged_market_amount,
        cast(
            round(valued.price_movement, 2) + coalesce(line_days.paid_out_amount, 0)
            as numeric(18, 2)
        ) as gain_amount,
        cast(round(valued.currency_movement, 2) as numeric(18, 2))
            as currency_amount,
        valued.closing_amount <> 0 or valued.step_amount <> 0 as has_amount_basis
    from valued
    left join line_days
        on
            valued.product_id = line_days.product_id
            and valued.date_day = line_days.date_day
    where
        valued.is_held
        or line_days.product_id is not null

),

movements as (

    select
        *,
        opening_aum_amount is null or closing_aum_amount is null as is_incomplete,
        gain_amount - currency_amount + plugged_market_amount as market_amount
    from day_balances

),

rolled as (

    select
        movements.date_day as aum_date,
        {{ member_key('products.product_key') }} as product_key,
        movements.product_id,
        movements.price_date,
        cast(movements.closing_units as numeric(28, 6)) as closing_units,
        cast(movements.closing_amount as numeric(18, 2)) as amount_basis_aum_amount,
        movements.opening_aum_amount,
        {% for line in rollforward_lines() -%}
            cast(movements.{{ line }}_amount as numeric(18, 2)) as {{ line }}_amount,
        {% endfor -%}
        cast(
            case when not movements.is_incomplete then movements.market_amount end
            as numeric(18, 2)
        ) as market_movement_amount,
        cast(
            case when not movements.is_incomplete then movements.currency_amount end
            as numeric(18, 2)
        ) as fx_movement_amount,
        cast(
            case
                when not movements.is_incomplete
                    then
                        movements.closing_aum_amount
                        - movements.opening_aum_amount
                        {%- for line in rollforward_lines() %}
                            - movements.{{ line }}_amount
                        {%- endfor %}
                        - movements.market_amount
                        - movements.currency_amount
            end as numeric(18, 2)
        ) as residual_amount,
        movements.closing_aum_amount,
        cast(movements.organic_flow_amount as numeric(18, 2)) as organic_flow_amount,
        movements.is_incomplete,
        movements.has_amount_basis as is_market_plug,
        coalesce(
            movements.closing_units <> 0
            and {{ days_between('movements.price_date', 'movements.date_day') }}
            > {{ whole_number_setting('stale_price_days') }},
            false
        ) as is_stale_price
    from movements
    left join products
        on movements.product_id = products.product_id

)

select * from rolled
