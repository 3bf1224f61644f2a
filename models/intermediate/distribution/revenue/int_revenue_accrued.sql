{{ config(
    materialized='incremental_by_change',
    meta={'changes_with': 'revenue_month'},
) }}

with

pieces as (

    select * from {{ ref('int_balances_by_month_held') }}
    where {{ is_changed(
        'revenue_month', 'account_id, product_id, month_start_date'
    ) }}

),

product_days as (

    select * from {{ ref('int_product_days_priced') }}

),

fee_versions as (

    select * from {{ ref('int_fee_months_identified') }}

),

fee_months as (

    select * from {{ ref('int_fee_months_billed') }}
    where {{ is_changed(
        'revenue_month', 'account_id, product_id, month_start_date'
    ) }}

),

billed_months as (

    select distinct
        account_id,
        product_id,
        month_start_date
    from fee_versions

),

-- The difference of two running sums gives a period, so no rows per day are needed.
piece_sums as (

    select
        pieces.account_id,
        pieces.product_id,
        pieces.basis,
        pieces.month_start_date,
        pieces.held_quantity,
        pieces.valid_from,
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
        end as fee_sum,
        case pieces.basis
            when 'units'
                then
                    end_days.price_gross_rate_sum_before
                    - first_days.price_gross_rate_sum_before
            else end_days.gross_rate_sum_before - first_days.gross_rate_sum_before
        end as gross_fee_sum
    from pieces
    left join billed_months
        on
            pieces.account_id = billed_months.account_id
            and pieces.product_id = billed_months.product_id
            and pieces.month_start_date = billed_months.month_start_date
    inner join product_days as first_days
        on
            pieces.product_id = first_days.product_id
            and pieces.valid_from = first_days.date_day
    inner join product_days as end_days
        on
            pieces.product_id = end_days.product_id
            and pieces.valid_to = end_days.date_day
    where billed_months.account_id is null

),

monthly_sums as (

    select
        account_id,
        product_id,
        basis,
        month_start_date,
        min(valid_from) as first_held_date,
        max(valid_to) as last_valid_to,
        sum(held_days) as held_days,
        sum(valued_days) as valued_days,
        sum(rated_days) as rated_days,
        sum(cast(held_quantity * value_sum as numeric(38, 12))) as aum_days,
        sum(
            {{ scaled_integer('held_quantity', 6) }}
            * {{ scaled_integer('fee_sum', 14) }}
        ) as fee_numerator,
        sum(
            {{ scaled_integer('held_quantity', 6) }}
            * {{ scaled_integer('gross_fee_sum', 14) }}
        ) as gross_fee_numerator
    from piece_sums
    group by
        account_id,
        product_id,
        basis,
        month_start_date

),

monthly_accruals as (

    select
        account_id,
        product_id,
        basis,
        month_start_date as revenue_month,
        first_held_date,
        {{ add_days('last_valid_to', -1) }} as last_held_date,
        cast(held_days as integer) as held_days,
        cast(valued_days as integer) as valued_days,
        cast(rated_days as integer) as rated_days,
        cast(
            case when valued_days > 0 then aum_days end as numeric(28, 6)
        ) as aum_days,
        case
            when rated_days > 0 and valued_days > 0
                then {{ accrued_amount('gross_fee_numerator', 20, 'month_start_date') }}
        end as gross_accrued_amount,
        case
            when rated_days > 0 and valued_days > 0
                then {{ accrued_amount('fee_numerator', 20, 'month_start_date') }}
        end as accrued_amount
    from monthly_sums

),

accruals_of_both_routes as (

    select
        account_id,
        product_id,
        basis,
        revenue_month,
        {{ add_days(next_month_start('revenue_month'), -1) }} as known_date,
        first_held_date,
        last_held_date,
        held_days,
        valued_days,
        rated_days,
        aum_days,
        gross_accrued_amount,
        accrued_amount,
        cast(round(accrued_amount, 2) as numeric(18, 2)) as revenue_amount
    from monthly_accruals

    union all

    select
        account_id,
        product_id,
        basis,
        month_start_date as revenue_month,
        known_date,
        first_held_date,
        last_held_date,
        held_days,
        valued_days,
        rated_days,
        aum_days,
        gross_accrued_amount,
        accrued_amount,
        revenue_amount
    from fee_months

),

-- Without a waiver the gross fee is the fee, including the cent that a shared bill may
-- move.
accruals_with_gross as (

    select
        *,
        cast(
            case
                when gross_accrued_amount = accrued_amount then revenue_amount
                else greatest(
                    cast(round(gross_accrued_amount, 2) as numeric(18, 2)),
                    revenue_amount
                )
            end as numeric(18, 2)
        ) as gross_revenue_amount,
        row_number() over (
            partition by account_id, product_id, revenue_month
            order by known_date desc
        ) = 1 as is_last_known
    from accruals_of_both_routes

)

select * from accruals_with_gross
