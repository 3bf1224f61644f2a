{%- set funding_days = whole_number_setting('initial_funding_days') -%}
{%- set ages = retention_ages() -%}
{%- set default_method = chosen_setting('default_relief_method', relief_methods()) -%}

with

epochs as (

    select * from {{ ref('int_account_epochs_started') }}

),

events as (

    select * from {{ ref('int_lot_events_ordered') }}

),

balances as (

    select * from {{ ref('int_balances_held') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

ages as (

    {% for age in ages -%}
        select {{ age }} as age_days
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

epoch_ages as (

    select
        epochs.cohort_type,
        epochs.account_id,
        epochs.epoch_date,
        ages.age_days,
        {{ add_days('epochs.epoch_date', 'ages.age_days') }} as probe_date
    from epochs
    cross join ages
    cross join as_of
    where
        epochs.is_within_history
        and {{ add_days('epochs.epoch_date', 'ages.age_days') }} <= as_of.as_of_date

),

-- An account counts once, however many products it holds and however often it was
-- funded again.
alive_accounts as (

    select distinct
        epoch_ages.cohort_type,
        epoch_ages.account_id,
        epoch_ages.epoch_date,
        epoch_ages.age_days
    from epoch_ages
    inner join balances
        on
            epoch_ages.account_id = balances.account_id
            and epoch_ages.probe_date >= balances.valid_from
            and epoch_ages.probe_date < balances.valid_to
    where balances.held_quantity > 0

),

-- An opened account starts with the lots it bought within the funding window, up to the
-- age; a renewed one with all lots held at the close of the day.
starting_lots as (

    select
        epoch_ages.*,
        lots.product_id,
        lots.queue_position,
        lots.amount,
        lots.signed_quantity as quantity,
        lots.cumulative_in,
        lots.held_before_quantity,
        lots.log_survival,
        lots.emptied_count
    from epoch_ages
    inner join events as lots
        on
            epoch_ages.account_id = lots.account_id
            and lots.signed_quantity > 0
            and (
                (
                    epoch_ages.cohort_type = 'open'
                    and lots.is_cohort_member
                    and epoch_ages.epoch_date <= lots.trade_date
                    and epoch_ages.probe_date >= lots.trade_date
                    and lots.trade_date <= {{ add_days(
                        'epoch_ages.epoch_date', funding_days
                    ) }}
                )
                or (
                    epoch_ages.cohort_type = 'renewal'
                    and epoch_ages.epoch_date >= lots.trade_date
                )
            )

),

measured_lots as (

    select
        *,
        'epoch' as measured_at,
        epoch_date as measured_date
    from starting_lots
    where cohort_type = 'renewal'

    union all

    select
        *,
        'probe' as measured_at,
        probe_date as measured_date
    from starting_lots

),

-- The state of the queue at the end of the day, as for snapshots at fixed ages.
queue_states as (

    select
        measured_lots.cohort_type,
        measured_lots.account_id,
        measured_lots.epoch_date,
        measured_lots.age_days,
        measured_lots.measured_at,
        measured_lots.product_id,
        measured_lots.queue_position,
        measured_lots.amount,
        measured_lots.quantity,
        measured_lots.cumulative_in,
        measured_lots.held_before_quantity,
        measured_lots.log_survival,
        measured_lots.emptied_count,
        max(events.relieved_quantity) as relieved_quantity_at_horizon,
        min(events.day_end_held_quantity) as lowest_held_quantity_at_horizon,
        min(events.log_survival) as log_survival_at_horizon,
        max(events.emptied_count) as emptied_count_at_horizon
    from measured_lots
    inner join events
        on
            measured_lots.account_id = events.account_id
            and measured_lots.product_id = events.product_id
            and measured_lots.queue_position <= events.queue_position
            and measured_lots.measured_date >= events.trade_date
    group by
        measured_lots.cohort_type,
        measured_lots.account_id,
        measured_lots.epoch_date,
        measured_lots.age_days,
        measured_lots.measured_at,
        measured_lots.product_id,
        measured_lots.queue_position,
        measured_lots.amount,
        measured_lots.quantity,
        measured_lots.cumulative_in,
        measured_lots.held_before_quantity,
        measured_lots.log_survival,
        measured_lots.emptied_count

),

surviving_lots as (

    select
        *,
        {{ surviving_share() }} as surviving_share_at_horizon
    from queue_states

),

retained_lots as (

    select
        *,
        {{ retained_quantity(default_method) }}
            as retained_quantity
    from surviving_lots

),

valued_lots as (

    select
        *,
        {{ prorated_amount('amount', 'retained_quantity', 'quantity') }}
            as retained_amount
    from retained_lots

),

summed as (

    select
        cohort_type,
        account_id,
        epoch_date,
        age_days,
        sum(
            case
                when cohort_type = 'open' then amount
                when measured_at = 'epoch' then retained_amount
            end
        ) as starting_amount,
        sum(case when measured_at = 'probe' then retained_amount end) as retained_amount
    from valued_lots
    group by cohort_type, account_id, epoch_date, age_days

),

retained_epochs as (

    select
        epoch_ages.cohort_type,
        epoch_ages.account_id,
        epoch_ages.epoch_date,
        epoch_ages.age_days,
        epoch_ages.probe_date,
        cast(coalesce(summed.starting_amount, 0) as numeric(18, 2))
            as starting_amount,
        cast(coalesce(summed.retained_amount, 0) as numeric(18, 2))
            as retained_amount,
        alive_accounts.account_id is not null as is_alive
    from epoch_ages
    left join alive_accounts
        on
            epoch_ages.cohort_type = alive_accounts.cohort_type
            and epoch_ages.account_id = alive_accounts.account_id
            and epoch_ages.epoch_date = alive_accounts.epoch_date
            and epoch_ages.age_days = alive_accounts.age_days
    left join summed
        on
            epoch_ages.cohort_type = summed.cohort_type
            and epoch_ages.account_id = summed.account_id
            and epoch_ages.epoch_date = summed.epoch_date
            and epoch_ages.age_days = summed.age_days

)

select * from retained_epochs
