with

accounts as (

    select * from {{ ref('stg_distribution__accounts') }}

),

renewals as (

    select * from {{ ref('stg_distribution__account_renewals') }}
    where {{ is_known('renewal_date') }}

),

flows as (

    select * from {{ ref('int_flows_attributed') }}

),

account_versions as (

    select * from {{ ref('int_accounts_dated') }}

),

coverage as (

    select * from {{ ref('int_advisors_covered') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

netted_flows as (

    select
        *,
        sum(amount) over (partition by account_id, original_flow_id) as net_amount
    from flows
    where account_id is not null

),

-- A purchase of zero, or one that was cancelled, brings no money and opens no account.
ordered_flows as (

    select
        account_id,
        advisor_id,
        trade_date,
        row_number() over (
            partition by account_id
            order by trade_date, {{ bytewise('flow_id') }}
        ) as flow_position
    from netted_flows
    where net_amount <> 0

),

-- An account that is not in the feed of accounts opens with its first flow.
members as (

    select
        ordered_flows.advisor_id as first_flow_advisor_id,
        coalesce(accounts.account_id, ordered_flows.account_id) as account_id,
        coalesce(accounts.opened_date, ordered_flows.trade_date) as opened_date
    from accounts
    full outer join ordered_flows
        on
            accounts.account_id = ordered_flows.account_id
            and ordered_flows.flow_position = 1
    where
        accounts.account_id is not null
        or ordered_flows.flow_position = 1

),

epochs as (

    select
        'open' as cohort_type,
        account_id,
        first_flow_advisor_id,
        opened_date as epoch_date
    from members
    where opened_date is not null

    union all

    select
        'renewal' as cohort_type,
        renewals.account_id,
        members.first_flow_advisor_id,
        renewals.renewal_date as epoch_date
    from renewals
    left join members
        on renewals.account_id = members.account_id

),

flow_history as (

    select min(trade_date) as first_date
    from flows

),

-- The advisor is the account's advisor on that day.
epochs_with_advisor as (

    select
        epochs.cohort_type,
        epochs.account_id,
        epochs.epoch_date,
        coalesce(account_versions.advisor_id, epochs.first_flow_advisor_id)
            as advisor_id
    from epochs
    left join account_versions
        on
            epochs.account_id = account_versions.account_id
            and epochs.epoch_date >= account_versions.valid_from
            and epochs.epoch_date < account_versions.valid_to

),

-- What an account held before the first flow in the feeds is unknown, not zero.
started_epochs as (

    select
        epochs_with_advisor.cohort_type,
        epochs_with_advisor.account_id,
        epochs_with_advisor.epoch_date,
        coverage.wholesaler_id,
        coalesce(epochs_with_advisor.epoch_date >= flow_history.first_date, false)
            as is_within_history
    from epochs_with_advisor
    cross join flow_history
    cross join as_of
    left join coverage
        on
            epochs_with_advisor.advisor_id = coverage.advisor_id
            and epochs_with_advisor.epoch_date >= coverage.valid_from
            and epochs_with_advisor.epoch_date < coverage.valid_to
    where epochs_with_advisor.epoch_date <= as_of.as_of_date

)

select * from started_epochs
