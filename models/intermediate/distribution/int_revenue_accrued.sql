with

pieces as (

    select * from {{ ref('int_balances_by_month_held') }}

),

product_days as (

    select * from {{ ref('int_product_days_priced') }}

),

-- The sums before two days give what lies between them: no day is ever written out.
measured as (

    select
        pieces.account_id,
        pieces.product_id,
        pieces.basis,
        pieces.month_start_date,
        pieces.held_quantity,
        pieces.valid_to,
        {{ days_between('pieces.valid_from', 'pieces.valid_to') }} as held_days,
        case pieces.basis
            when 'units'
                then end_days.priced_days_before - first_days.priced_days_before
            else {{ days_between('pieces.valid_from', 'pieces.valid_to') }}
        end as valued_days,
        end_days.rated_days_before - first_days.rated_days_before as rated_days,
        case pieces.basis
            when 'units'
                then end_days.price_sum_before - first_days.price_sum_before
            else {{ days_between('pieces.valid_from', 'pieces.valid_to') }}
        end as value_sum,
        case pieces.basis
            when 'units'
                then end_days.price_rate_sum_before - first_days.price_rate_sum_before
            else end_days.rate_sum_before - first_days.rate_sum_before
        end as fee_sum
    from pieces
    inner join product_days as first_days
        on
            pieces.product_id = first_days.product_id
            and pieces.valid_from = first_days.date_day
    inner join product_days as end_days
        on
            pieces.product_id = end_days.product_id
            and pieces.valid_to = end_days.date_day

),

summed as (

    select
        account_id,
        product_id,
        basis,
        month_start_date,
        max(valid_to) as last_valid_to,
        sum(held_days) as held_days,
        sum(valued_days) as valued_days,
        sum(rated_days) as rated_days,
        sum(cast(held_quantity * value_sum as numeric(38, 12))) as aum_days,
        sum(
            {{ scaled_integer('held_quantity', 6) }}
            * {{ scaled_integer('fee_sum', 14) }}
        ) as fee_numerator
    from measured
    group by
        account_id,
        product_id,
        basis,
        month_start_date

),

accrued as (

    select
        account_id,
        product_id,
        basis,
        month_start_date as revenue_month,
        {{ add_days('last_valid_to', -1) }} as last_held_date,
        cast(held_days as integer) as held_days,
        cast(valued_days as integer) as valued_days,
        cast(rated_days as integer) as rated_days,
        cast(
            case when valued_days > 0 then aum_days end as numeric(28, 6)
        ) as aum_days,
        case
            when rated_days > 0 and valued_days > 0
                then cast(
                    {{ rounded_quotient(
                        'fee_numerator',
                        day_count_basis('month_start_date') ~ ' * cast(' ~ 10 ** 10 ~ ' as bigint)'
                    ) }} * {{ decimal_unit(10) }} as numeric(28, 10)
                )
        end as accrued_amount
    from summed

)

select * from accrued
