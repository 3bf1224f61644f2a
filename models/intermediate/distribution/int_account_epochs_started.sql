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

coverage as (

    select * from {{ ref('int_advisors_covered') }}

),

as_of as (

    select * from {{ ref('int_as_of_date_settled') }}

),

ordered_flows as (

    select
        account_id,
        advisor_id,
        trade_date,
        row_number() over (
            partition by account_id
            order by trade_date, {{ bytewise('flow_id') }}
        ) as flow_position
    from flows
    where account_id is not null

),

-- An account that no feed of accounts knows opens with its first flow.
members as (

    select
        coalesce(accounts.account_id, ordered_flows.account_id) as account_id,
        coalesce(accounts.advisor_id, ordered_flows.advisor_id) as advisor_id,
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
        advisor_id,
        opened_date as epoch_date
    from members
    where opened_date is not null

    union all

    select
        'renewal' as cohort_type,
        renewals.account_id,
        members.advisor_id,
        renewals.renewal_date as epoch_date
    from renewals
    left join members
        on renewals.account_id = members.account_id

),

history as (

    select min(trade_date) as first_date
    from flows

),

-- What an account held before the first flow of all nobody knows, and zero it was not.
started as (

    select
        epochs.cohort_type,
        epochs.account_id,
        epochs.epoch_date,
        coverage.wholesaler_id,
        coalesce(epochs.epoch_date >= history.first_date, false)
            as is_within_history
    from epochs
    cross join history
    cross join as_of
    left join coverage
        on
            epochs.advisor_id = coverage.advisor_id
            and epochs.epoch_date >= coverage.valid_from
            and epochs.epoch_date < coverage.valid_to
    where epochs.epoch_date <= as_of.as_of_date

)

select * from started
