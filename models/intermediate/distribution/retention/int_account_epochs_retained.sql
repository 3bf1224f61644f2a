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

probes as (

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

-- Once at most, however many products it holds and however often it was funded anew.
alive as (

    select distinct
        probes.cohort_type,
        probes.account_id,
        probes.epoch_date,
        probes.age_days
    from probes
    inner join balances
        on
            probes.account_id = balances.account_id
            and probes.probe_date >= balances.valid_from
            and probes.probe_date < balances.valid_to
    where balances.held_quantity > 0

),

-- An opened account starts with what it bought within the window, as far as it has
-- come; a renewed one with all that it holds at the close of the day.
starting_lots as (

    select
        probes.*,
        lots.product_id,
        lots.queue_position,
        lots.amount,
        lots.signed_quantity as quantity,
        lots.cumulative_in,
        lots.held_before_quantity,
        lots.log_survival,
        lots.emptied_count
    from probes
    inner join events as lots
        on
            probes.account_id = lots.account_id
            and lots.signed_quantity > 0
            and (
                (
                    probes.cohort_type = 'open'
                    and lots.is_cohort_member
                    and probes.epoch_date <= lots.trade_date
                    and probes.probe_date >= lots.trade_date
                    and lots.trade_date <= {{ add_days(
                        'probes.epoch_date', funding_days
                    ) }}
                )
                or (
                    probes.cohort_type = 'renewal'
                    and probes.epoch_date >= lots.trade_date
                )
            )

),

looked_at as (

    select
        *,
        'epoch' as look,
        epoch_date as look_date
    from starting_lots
    where cohort_type = 'renewal'

    union all

    select
        *,
        'probe' as look,
        probe_date as look_date
    from starting_lots

),

-- The state of the queue at the end of the day, as for snapshots at fixed ages.
foreseen as (

    select
        looked_at.cohort_type,
        looked_at.account_id,
        looked_at.epoch_date,
        looked_at.age_days,
        looked_at.look,
        looked_at.product_id,
        looked_at.queue_position,
        looked_at.amount,
        looked_at.quantity,
        looked_at.cumulative_in,
        looked_at.held_before_quantity,
        looked_at.log_survival,
        looked_at.emptied_count,
        max(events.relieved_quantity) as relieved_quantity_at_horizon,
        min(events.day_end_held_quantity) as lowest_held_quantity_at_horizon,
        min(events.log_survival) as log_survival_at_horizon,
        max(events.emptied_count) as emptied_count_at_horizon
    from looked_at
    inner join events
        on
            looked_at.account_id = events.account_id
            and looked_at.product_id = events.product_id
            and looked_at.queue_position <= events.queue_position
            and looked_at.look_date >= events.trade_date
    group by
        looked_at.cohort_type,
        looked_at.account_id,
        looked_at.epoch_date,
        looked_at.age_days,
        looked_at.look,
        looked_at.product_id,
        looked_at.queue_position,
        looked_at.amount,
        looked_at.quantity,
        looked_at.cumulative_in,
        looked_at.held_before_quantity,
        looked_at.log_survival,
        looked_at.emptied_count

),

survived as (

    select
        *,
        {{ surviving_share() }} as surviving_share_at_horizon
    from foreseen

),

relieved as (

    select
        *,
        {{ retained_quantity(default_method) }}
            as retained_quantity
    from survived

),

priced as (

    select
        *,
        {{ prorated_amount('amount', 'retained_quantity', 'quantity') }}
            as retained_amount
    from relieved

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
                when look = 'epoch' then retained_amount
            end
        ) as starting_amount,
        sum(case when look = 'probe' then retained_amount end) as retained_amount
    from priced
    group by cohort_type, account_id, epoch_date, age_days

),

retained as (

    select
        probes.cohort_type,
        probes.account_id,
        probes.epoch_date,
        probes.age_days,
        probes.probe_date,
        cast(coalesce(summed.starting_amount, 0) as numeric(18, 2))
            as starting_amount,
        cast(coalesce(summed.retained_amount, 0) as numeric(18, 2))
            as retained_amount,
        alive.account_id is not null as is_alive
    from probes
    left join alive
        on
            probes.cohort_type = alive.cohort_type
            and probes.account_id = alive.account_id
            and probes.epoch_date = alive.epoch_date
            and probes.age_days = alive.age_days
    left join summed
        on
            probes.cohort_type = summed.cohort_type
            and probes.account_id = summed.account_id
            and probes.epoch_date = summed.epoch_date
            and probes.age_days = summed.age_days

)

select * from retained
