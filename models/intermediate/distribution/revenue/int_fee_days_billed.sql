with

versions as (

    select * from {{ ref('int_fee_months_identified') }}

),

balances as (

    select * from {{ ref('int_balances_by_month_held') }}

),

product_days as (

    select * from {{ ref('int_product_days_priced') }}

),

fee_schedules as (

    select * from {{ ref('stg_distribution__fee_schedules') }}
    where {{ is_known('booked_date') }}

),

fee_waivers as (

    select * from {{ ref('stg_distribution__fee_waivers') }}
    where {{ is_known('booked_date') }}

),

fee_agreements as (

    select * from {{ ref('stg_distribution__fee_agreements') }}
    where {{ is_known('booked_date') }}

),

fee_tiers as (

    select * from {{ ref('stg_distribution__fee_tiers') }}

),

account_days as (

    select
        versions.account_id,
        versions.product_id,
        versions.household_id,
        versions.month_start_date,
        versions.known_date,
        product_days.date_day,
        balances.basis,
        cast(
            round(
                balances.held_quantity
                * case balances.basis
                    when 'units' then product_days.price
                    else cast(1 as numeric(18, 6))
                end,
                6
            ) as numeric(28, 6)
        ) as billable_amount
    from versions
    inner join balances
        on
            versions.account_id = balances.account_id
            and versions.product_id = balances.product_id
            and versions.month_start_date = balances.month_start_date
    inner join product_days
        on
            balances.product_id = product_days.product_id
            and balances.valid_from <= product_days.date_day
            and balances.valid_to > product_days.date_day

),

version_days as (

    select distinct
        product_id,
        date_day,
        known_date
    from account_days

),

ranked_schedules as (

    select
        version_days.product_id,
        version_days.date_day,
        version_days.known_date,
        fee_schedules.annual_fee_rate,
        fee_schedules.valid_to,
        row_number() over (
            partition by
                version_days.product_id,
                version_days.date_day,
                version_days.known_date
            order by
                fee_schedules.valid_from desc,
                fee_schedules.booked_date desc
        ) as schedule_rank
    from version_days
    inner join fee_schedules
        on
            version_days.product_id = fee_schedules.product_id
            and version_days.date_day >= fee_schedules.valid_from
            and version_days.known_date >= fee_schedules.booked_date

),

schedule_rates as (

    select
        product_id,
        date_day,
        known_date,
        annual_fee_rate
    from ranked_schedules
    where
        schedule_rank = 1
        and date_day < coalesce(valid_to, {{ end_of_time() }})

),

-- An agreement of the account wins over one of its household, and that over one for
-- all. Then one for the product wins, then the one that began last, then the one booked
-- last.
ranked_agreements as (

    select
        account_days.account_id,
        account_days.product_id,
        account_days.date_day,
        account_days.known_date,
        fee_agreements.agreement_id,
        fee_agreements.billing_basis,
        row_number() over (
            partition by
                account_days.account_id,
                account_days.product_id,
                account_days.date_day,
                account_days.known_date
            order by
                case
                    when fee_agreements.account_id is not null then 1
                    when fee_agreements.household_id is not null then 2
                    else 3
                end,
                case when fee_agreements.product_id is not null then 1 else 2 end,
                fee_agreements.valid_from desc,
                fee_agreements.booked_date desc,
                {{ bytewise('fee_agreements.agreement_id') }}
        ) as agreement_rank
    from account_days
    inner join fee_agreements
        on
            account_days.product_id
            = coalesce(fee_agreements.product_id, account_days.product_id)
            and account_days.account_id
            = coalesce(fee_agreements.account_id, account_days.account_id)
            and (
                fee_agreements.household_id is null
                or account_days.household_id = fee_agreements.household_id
            )
            and account_days.date_day >= fee_agreements.valid_from
            and account_days.date_day
            < coalesce(fee_agreements.valid_to, {{ end_of_time() }})
            and account_days.known_date >= fee_agreements.booked_date
    where account_days.billable_amount > 0

),

waivers as (

    select
        account_days.account_id,
        account_days.product_id,
        account_days.date_day,
        account_days.known_date,
        sum(fee_waivers.waiver_rate) as waiver_rate
    from account_days
    inner join fee_waivers
        on
            account_days.product_id
            = coalesce(fee_waivers.product_id, account_days.product_id)
            and account_days.account_id
            = coalesce(fee_waivers.account_id, account_days.account_id)
            and account_days.date_day >= fee_waivers.valid_from
            and account_days.date_day
            < coalesce(fee_waivers.valid_to, {{ end_of_time() }})
            and account_days.known_date >= fee_waivers.booked_date
    group by
        account_days.account_id,
        account_days.product_id,
        account_days.date_day,
        account_days.known_date

),

fee_days as (

    select
        account_days.account_id,
        account_days.product_id,
        account_days.month_start_date,
        account_days.known_date,
        account_days.date_day,
        account_days.basis,
        account_days.billable_amount,
        ranked_agreements.agreement_id,
        cast(
            account_days.billable_amount * schedule_rates.annual_fee_rate
            as numeric(38, 14)
        ) as schedule_fee_amount,
        cast(
            account_days.billable_amount
            * coalesce(waivers.waiver_rate, cast(0 as numeric(10, 8)))
            as numeric(38, 14)
        ) as waivable_amount,
        case
            when
                ranked_agreements.billing_basis = 'household'
                and account_days.household_id is not null
                then 'household|' || account_days.household_id
            else 'account|' || account_days.account_id
        end as billing_unit_id
    from account_days
    left join schedule_rates
        on
            account_days.product_id = schedule_rates.product_id
            and account_days.date_day = schedule_rates.date_day
            and account_days.known_date = schedule_rates.known_date
    left join ranked_agreements
        on
            account_days.account_id = ranked_agreements.account_id
            and account_days.product_id = ranked_agreements.product_id
            and account_days.date_day = ranked_agreements.date_day
            and account_days.known_date = ranked_agreements.known_date
            and ranked_agreements.agreement_rank = 1
    left join waivers
        on
            account_days.account_id = waivers.account_id
            and account_days.product_id = waivers.product_id
            and account_days.date_day = waivers.date_day
            and account_days.known_date = waivers.known_date

),

bills as (

    select
        agreement_id,
        billing_unit_id,
        date_day,
        known_date,
        cast(sum(billable_amount) as numeric(28, 6)) as bill_amount,
        cast(sum(schedule_fee_amount) as numeric(38, 14)) as schedule_fee_amount
    from fee_days
    where agreement_id is not null
    group by
        agreement_id,
        billing_unit_id,
        date_day,
        known_date

),

tiers as (

    select
        agreement_id,
        tier_from_amount,
        annual_fee_rate,
        lead(tier_from_amount) over (
            partition by agreement_id
            order by tier_from_amount
        ) as tier_to_amount
    from fee_tiers

),

tiered_bills as (

    select
        bills.agreement_id,
        bills.billing_unit_id,
        bills.date_day,
        bills.known_date,
        {{ tiered_amount(
            'bills.bill_amount',
            'tiers.tier_from_amount',
            'tiers.tier_to_amount',
            'tiers.annual_fee_rate',
            'fee_agreements.tier_method'
        ) }} as tiered_fee_amount
    from bills
    inner join fee_agreements
        on bills.agreement_id = fee_agreements.agreement_id
    inner join tiers
        on bills.agreement_id = tiers.agreement_id
    group by
        bills.agreement_id,
        bills.billing_unit_id,
        bills.date_day,
        bills.known_date

),

priced_bills as (

    select
        bills.agreement_id,
        bills.billing_unit_id,
        bills.date_day,
        bills.known_date,
        bills.bill_amount,
        fee_agreements.minimum_amount,
        fee_agreements.cap_amount,
        coalesce(
            cast(
                bills.bill_amount * fee_agreements.negotiated_rate as numeric(38, 14)
            ),
            tiered_bills.tiered_fee_amount,
            bills.schedule_fee_amount
        ) as asked_amount
    from bills
    inner join fee_agreements
        on bills.agreement_id = fee_agreements.agreement_id
    left join tiered_bills
        on
            bills.agreement_id = tiered_bills.agreement_id
            and bills.billing_unit_id = tiered_bills.billing_unit_id
            and bills.date_day = tiered_bills.date_day
            and bills.known_date = tiered_bills.known_date

),

-- Minimum and cap are annual amounts; so is the fee, until one day's part is taken.
limited_bills as (

    select
        agreement_id,
        billing_unit_id,
        date_day,
        known_date,
        bill_amount,
        case
            when asked_amount is not null
                then cast(
                    least(
                        greatest(
                            asked_amount, coalesce(minimum_amount, asked_amount)
                        ),
                        coalesce(
                            cap_amount, greatest(asked_amount, minimum_amount)
                        )
                    ) as numeric(28, 8)
                )
        end as bill_fee_amount
    from priced_bills

),

gross_fees as (

    select
        fee_days.account_id,
        fee_days.product_id,
        fee_days.month_start_date,
        fee_days.known_date,
        fee_days.date_day,
        fee_days.basis,
        fee_days.agreement_id,
        fee_days.billing_unit_id,
        fee_days.billable_amount,
        fee_days.waivable_amount,
        case
            when fee_days.agreement_id is null
                then cast(fee_days.schedule_fee_amount as numeric(38, 14))
            else cast(
                {{ rounded_quotient(
                    scaled_integer('limited_bills.bill_fee_amount', 8)
                    ~ ' * ' ~ scaled_integer('fee_days.billable_amount', 6),
                    scaled_integer('limited_bills.bill_amount', 6)
                ) }} * {{ decimal_unit(8) }} as numeric(38, 14)
            )
        end as gross_annual_amount
    from fee_days
    left join limited_bills
        on
            fee_days.agreement_id = limited_bills.agreement_id
            and fee_days.billing_unit_id = limited_bills.billing_unit_id
            and fee_days.date_day = limited_bills.date_day
            and fee_days.known_date = limited_bills.known_date

),

-- A waiver takes at most the whole fee. A balance below zero in transit has a fee below
-- zero.
net_fees as (

    select
        account_id,
        product_id,
        month_start_date,
        known_date,
        date_day,
        basis,
        agreement_id,
        billing_unit_id,
        billable_amount,
        gross_annual_amount,
        cast(
            case
                when gross_annual_amount is null then null
                when gross_annual_amount < 0
                    then
                        gross_annual_amount
                        - greatest(gross_annual_amount, waivable_amount)
                else gross_annual_amount - least(gross_annual_amount, waivable_amount)
            end as numeric(38, 14)
        ) as annual_amount
    from gross_fees

)

select * from net_fees
