-- The fees of a bill's accounts add up to the bill on their assets on every day, and
-- its months in cents to the rounded sum. The tiers are computed by another route, one
-- by one.
with recursive

fee_days as (

    select * from {{ ref('int_fee_days_billed') }}
    where agreement_id is not null

),

fee_months as (

    select * from {{ ref('int_fee_months_billed') }}

),

agreements as (

    select * from {{ ref('stg_distribution__fee_agreements') }}

),

tiers as (

    select
        *,
        row_number() over (
            partition by agreement_id
            order by tier_from_amount desc
        ) as tier_number
    from {{ ref('stg_distribution__fee_tiers') }}

),

bills as (

    select
        fee_days.agreement_id,
        fee_days.billing_unit_id,
        fee_days.known_date,
        fee_days.date_day,
        agreements.tier_method,
        agreements.minimum_amount,
        agreements.cap_amount,
        sum(fee_days.billable_amount) as bill_amount,
        sum(fee_days.gross_annual_amount) as gross_annual_amount
    from fee_days
    inner join agreements
        on fee_days.agreement_id = agreements.agreement_id
    group by
        fee_days.agreement_id,
        fee_days.billing_unit_id,
        fee_days.known_date,
        fee_days.date_day,
        agreements.tier_method,
        agreements.minimum_amount,
        agreements.cap_amount

),

-- From the highest tier down, each takes the amount above its threshold; under cliff,
-- the first tier reached takes all.
steps as (

    select
        agreement_id,
        billing_unit_id,
        known_date,
        date_day,
        tier_method,
        cast(0 as bigint) as tier_number,
        cast(bill_amount as numeric(28, 6)) as amount_left,
        cast(0 as numeric(38, 14)) as fee_amount
    from bills

    union all

    select
        steps.agreement_id,
        steps.billing_unit_id,
        steps.known_date,
        steps.date_day,
        steps.tier_method,
        cast(tiers.tier_number as bigint) as tier_number,
        cast(
            case
                when steps.amount_left <= tiers.tier_from_amount then steps.amount_left
                when steps.tier_method = 'cliff' then 0
                else tiers.tier_from_amount
            end as numeric(28, 6)
        ) as amount_left,
        cast(
            steps.fee_amount
            + case
                when steps.amount_left <= tiers.tier_from_amount then 0
                when steps.tier_method = 'cliff'
                    then steps.amount_left * tiers.annual_fee_rate
                else
                    cast(
                        steps.amount_left - tiers.tier_from_amount as numeric(28, 6)
                    ) * tiers.annual_fee_rate
            end as numeric(38, 14)
        ) as fee_amount
    from steps
    inner join tiers
        on
            steps.agreement_id = tiers.agreement_id
            and steps.tier_number + 1 = tiers.tier_number

),

last_steps as (

    select
        steps.agreement_id,
        steps.billing_unit_id,
        steps.known_date,
        steps.date_day,
        steps.fee_amount
    from steps
    inner join tiers
        on
            steps.agreement_id = tiers.agreement_id
            and steps.tier_number = tiers.tier_number
            and tiers.tier_from_amount = 0

),

unequal_days as (

    select
        bills.billing_unit_id,
        bills.known_date,
        bills.date_day,
        bills.gross_annual_amount as charged_amount,
        last_steps.fee_amount as expected_amount
    from bills
    inner join last_steps
        on
            bills.agreement_id = last_steps.agreement_id
            and bills.billing_unit_id = last_steps.billing_unit_id
            and bills.known_date = last_steps.known_date
            and bills.date_day = last_steps.date_day
    where
        bills.minimum_amount is null
        and bills.cap_amount is null
        -- One unit of the eighth decimal for each account and product of the bill.
        and abs(bills.gross_annual_amount - last_steps.fee_amount) > 0.000001

),

outside_limits as (

    select
        billing_unit_id,
        known_date,
        date_day,
        gross_annual_amount as charged_amount,
        coalesce(minimum_amount, cap_amount) as expected_amount
    from bills
    where
        -- A minimum above the cap gives way to it.
        gross_annual_amount
        < least(minimum_amount, coalesce(cap_amount, minimum_amount)) - 0.000001
        or gross_annual_amount > cap_amount + 0.000001

),

unequal_months as (

    select
        billing_unit_id,
        known_date,
        month_start_date as date_day,
        sum(revenue_amount) as charged_amount,
        round(sum(accrued_amount), 2) as expected_amount
    from fee_months
    group by
        billing_unit_id,
        known_date,
        month_start_date
    having sum(revenue_amount) <> round(sum(accrued_amount), 2)

)

select * from unequal_days
union all
select * from outside_limits
union all
select * from unequal_months
