with

balances as (

    select * from {{ ref('int_balances_by_month_held') }}

),

accounts as (

    select * from {{ ref('stg_distribution__accounts') }}

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

-- One row per balance of a month, so duplicates. Only the few that terms affect are
-- made distinct below.
account_months as (

    select
        balances.account_id,
        balances.product_id,
        balances.month_start_date,
        accounts.household_id,
        coalesce(accounts.household_id, balances.account_id) as household_or_account_id,
        {{ next_month_start('balances.month_start_date') }} as next_month_start_date
    from balances
    left join accounts
        on balances.account_id = accounts.account_id

),

terms as (

    select
        product_id,
        cast(null as text) as account_id,
        cast(null as text) as household_id,
        valid_from,
        valid_to,
        booked_date,
        false as is_own
    from fee_schedules

    union all

    select
        product_id,
        account_id,
        cast(null as text) as household_id,
        valid_from,
        valid_to,
        booked_date,
        account_id is not null as is_own
    from fee_waivers

    union all

    select
        product_id,
        account_id,
        household_id,
        valid_from,
        valid_to,
        booked_date,
        true as is_own
    from fee_agreements

),

-- Only terms of an account or household, and terms booked late. For the product's own
-- terms that were known in time, sums over the product's days are enough.
own_or_late_terms as (

    select * from terms
    where
        is_own
        or booked_date >= {{ next_month_start('valid_from') }}

),

-- A late row may also end an earlier row. So it affects every month from its first day
-- that had ended when it was booked.
affected_account_months as (

    select
        account_months.account_id,
        account_months.product_id,
        account_months.household_id,
        account_months.household_or_account_id,
        account_months.month_start_date,
        account_months.next_month_start_date,
        own_or_late_terms.booked_date
    from account_months
    inner join own_or_late_terms
        on
            account_months.next_month_start_date > own_or_late_terms.valid_from
            and account_months.product_id
            = coalesce(own_or_late_terms.product_id, account_months.product_id)
            and account_months.account_id
            = coalesce(own_or_late_terms.account_id, account_months.account_id)
            and (
                own_or_late_terms.household_id is null
                or account_months.household_id = own_or_late_terms.household_id
            )
            and (
                account_months.next_month_start_date <= own_or_late_terms.booked_date
                or (
                    own_or_late_terms.is_own
                    and coalesce(own_or_late_terms.valid_to, {{ end_of_time() }})
                    > account_months.month_start_date
                )
            )

),

affected_months as (

    select distinct
        account_id,
        product_id,
        household_id,
        household_or_account_id,
        month_start_date,
        next_month_start_date
    from affected_account_months

),

-- All accounts that share a bill are billed again together.
late_bookings as (

    select distinct
        household_or_account_id,
        month_start_date,
        booked_date
    from affected_account_months
    where booked_date >= next_month_start_date

),

billed_versions as (

    select
        account_id,
        product_id,
        household_id,
        month_start_date,
        {{ add_days('next_month_start_date', -1) }} as known_date
    from affected_months

    union all

    select
        affected_months.account_id,
        affected_months.product_id,
        affected_months.household_id,
        affected_months.month_start_date,
        late_bookings.booked_date as known_date
    from affected_months
    inner join late_bookings
        on
            affected_months.household_or_account_id
            = late_bookings.household_or_account_id
            and affected_months.month_start_date = late_bookings.month_start_date

)

select * from billed_versions
