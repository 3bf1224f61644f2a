with

fee_days as (

    select * from {{ ref('int_fee_days_billed') }}

),

-- `max` prefers `household|…` to `account|…` in any collation, so one day under a
-- household bill is enough for the month.
fee_months as (

    select
        account_id,
        product_id,
        basis,
        month_start_date,
        known_date,
        cast(sum(billable_amount) as numeric(28, 6)) as aum_days,
        cast(sum(gross_annual_amount) as numeric(38, 14)) as gross_annual_amount,
        cast(sum(annual_amount) as numeric(38, 14)) as annual_amount,
        max(billing_unit_id) as billing_unit_id,
        min(date_day) as first_held_date,
        max(date_day) as last_held_date,
        count(*) as held_days,
        count(billable_amount) as valued_days,
        count(gross_annual_amount) as rated_days
    from fee_days
    group by
        account_id,
        product_id,
        basis,
        month_start_date,
        known_date

),

accruals as (

    select
        *,
        {{ accrued_amount(
            scaled_integer('gross_annual_amount', 14), 14, 'month_start_date'
        ) }} as gross_accrued_amount,
        {{ accrued_amount(
            scaled_integer('annual_amount', 14), 14, 'month_start_date'
        ) }} as accrued_amount
    from fee_months

),

truncated_accruals as (

    select
        *,
        cast(floor(accrued_amount * 100) as numeric(28, 0)) as whole_cents,
        accrued_amount * 100 - floor(accrued_amount * 100) as cents_left
    from accruals

),

ranked_accruals as (

    select
        *,
        round(sum(accrued_amount) over billing_unit * 100, 0)
        - sum(whole_cents) over billing_unit as cents_to_give,
        row_number() over (
            partition by billing_unit_id, month_start_date, known_date
            order by
                cents_left desc nulls last,
                {{ bytewise('account_id') }},
                {{ bytewise('product_id') }}
        ) as cent_rank
    from truncated_accruals
    window billing_unit as (
        partition by billing_unit_id, month_start_date, known_date
    )

),

rounded_accruals as (

    select
        account_id,
        product_id,
        basis,
        month_start_date,
        known_date,
        billing_unit_id,
        first_held_date,
        last_held_date,
        cast(held_days as integer) as held_days,
        cast(valued_days as integer) as valued_days,
        cast(rated_days as integer) as rated_days,
        aum_days,
        gross_accrued_amount,
        accrued_amount,
        cast(
            (whole_cents + case when cent_rank <= cents_to_give then 1 else 0 end)
            * {{ decimal_unit(2) }} as numeric(18, 2)
        ) as revenue_amount
    from ranked_accruals

)

select * from rounded_accruals
