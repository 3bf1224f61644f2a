-- Accounts by another route. Alive: the balance of the netted flows, clipped at its
-- lowest point. Money: a lot bought on the day of the opening is as old as the account,
-- so an account that started with one such lot must agree with the lot's snapshot.
with

epochs as (

    select * from {{ ref('int_account_epochs_retained') }}

),

lot_flows as (

    select * from {{ ref('int_lot_flows_restated') }}

),

events as (

    select * from {{ ref('int_lot_events_ordered') }}

),

snapshots as (

    select * from {{ ref('int_lots_retained') }}
    where
        not is_as_of
        and relief_method = '{{ var("default_relief_method") }}'

),

cohorts as (

    select * from {{ ref('account_cohorts') }}

),

days as (

    select
        account_id,
        product_id,
        trade_date,
        sum(lot_sign * quantity) as quantity
    from lot_flows
    group by account_id, product_id, trade_date

),

running as (

    select
        account_id,
        product_id,
        trade_date,
        sum(quantity) over (
            partition by account_id, product_id order by trade_date
        ) as net_quantity
    from days

),

-- Purchases come first within a day, so the lowest balance of a day is at its end.
lowest as (

    select
        account_id,
        product_id,
        trade_date,
        net_quantity,
        least(0, min(net_quantity) over (
            partition by account_id, product_id order by trade_date
        )) as lowest_quantity
    from running

),

latest as (

    select
        epochs.cohort_type,
        epochs.account_id,
        epochs.epoch_date,
        epochs.age_days,
        lowest.net_quantity - lowest.lowest_quantity as held_quantity,
        row_number() over (
            partition by
                epochs.cohort_type,
                epochs.account_id,
                epochs.epoch_date,
                epochs.age_days,
                lowest.product_id
            order by lowest.trade_date desc
        ) as recency
    from epochs
    inner join lowest
        on
            epochs.account_id = lowest.account_id
            and epochs.probe_date >= lowest.trade_date

),

expected_alive as (

    select
        epochs.cohort_type,
        epochs.account_id,
        epochs.epoch_date,
        epochs.age_days,
        epochs.is_alive,
        coalesce(max(latest.held_quantity), 0) > 0 as should_be_alive
    from epochs
    left join latest
        on
            epochs.cohort_type = latest.cohort_type
            and epochs.account_id = latest.account_id
            and epochs.epoch_date = latest.epoch_date
            and epochs.age_days = latest.age_days
            and latest.recency = 1
    group by
        epochs.cohort_type,
        epochs.account_id,
        epochs.epoch_date,
        epochs.age_days,
        epochs.is_alive

),

single_lots as (

    select
        account_id,
        min(trade_date) as trade_date,
        min(flow_id) as flow_id
    from events
    where
        signed_quantity > 0
        and is_cohort_member
    group by account_id
    having count(*) = 1

),

published as (

    select
        sum(coalesce(accounts_alive, 0)) as accounts_alive,
        sum(accounts_at_risk) as accounts_at_risk,
        sum(retained_amount) as retained_amount
    from cohorts

),

counted as (

    select
        count(case when is_alive then 1 end) as accounts_alive,
        count(*) as accounts_at_risk,
        sum(retained_amount) as retained_amount
    from epochs

)

select
    'alive' as broken,
    account_id,
    epoch_date,
    age_days
from expected_alive
where is_alive <> should_be_alive

union all

select
    'money of one lot' as broken,
    epochs.account_id,
    epochs.epoch_date,
    epochs.age_days
from epochs
inner join single_lots
    on
        epochs.account_id = single_lots.account_id
        and epochs.epoch_date = single_lots.trade_date
inner join snapshots
    on
        single_lots.flow_id = snapshots.flow_id
        and epochs.age_days = snapshots.age_days
where
    epochs.cohort_type = 'open'
    and (
        epochs.starting_amount <> snapshots.original_amount
        or epochs.retained_amount <> snapshots.held_amount
    )

union all

select
    'cohorts do not add up' as broken,
    cast(null as text) as account_id,
    cast(null as date) as epoch_date,
    cast(null as integer) as age_days
from published
cross join counted
where
    published.accounts_alive <> counted.accounts_alive
    or published.accounts_at_risk <> counted.accounts_at_risk
    or published.retained_amount <> counted.retained_amount
