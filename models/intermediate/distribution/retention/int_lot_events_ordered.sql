-- Models that sum lots read the changes of this log for added and removed lots, and
-- those of `fact_retention_snapshots` for the retained part at an age.
{{ config(
    materialized='incremental_by_change',
    meta={'logs_changes_by': [{'cohort_month': month_start('trade_date')}]},
) }}
{%- set pair = 'partition by account_id, product_id' -%}
{%- set queue = 'order by trade_date, queue_rank, ' ~ bytewise('flow_id') -%}

with

lot_flows as (

    select * from {{ ref('int_lot_flows_restated') }}
    where {{ is_changed() }}

),

signed_flows as (

    select
        flow_id,
        account_id,
        product_id,
        basis,
        is_cohort_member,
        trade_date,
        cast(lot_sign * amount as numeric(18, 2)) as amount,
        cast(lot_sign * quantity as numeric(18, 6)) as signed_quantity,
        {{ day_number('trade_date') }} as day_number,
        case when lot_sign * quantity > 0 then 0 else 1 end as queue_rank
    from lot_flows
    where quantity <> 0

),

running_totals as (

    select
        *,
        sum(greatest(signed_quantity, 0)) over in_queue as cumulative_in,
        sum(signed_quantity) over in_queue as net_quantity,
        row_number() over in_queue as queue_position
    from signed_flows
    window in_queue as ({{ pair }} {{ queue }} rows unbounded preceding)

),

-- Redemptions beyond all purchases came from the opening balance. They must never
-- relieve lots that were bought later.
clipped_totals as (

    select
        *,
        greatest(
            0,
            max(-net_quantity) over ({{ pair }} {{ queue }} rows unbounded preceding)
        ) as opening_balance_out
    from running_totals

),

held_quantities as (

    select
        *,
        cumulative_in - net_quantity - opening_balance_out as relieved_quantity,
        net_quantity + opening_balance_out as held_quantity
    from clipped_totals

),

event_steps as (

    select
        *,
        coalesce(
            lag(held_quantity) over ({{ pair }} {{ queue }}), 0
        ) as held_before_quantity,
        opening_balance_out - coalesce(
            lag(opening_balance_out) over ({{ pair }} {{ queue }}), 0
        ) as unmatched_quantity
    from held_quantities

),

survival_steps as (

    select
        *,
        case
            when
                held_quantity > 0
                and held_quantity < held_before_quantity
                then {{ fixed_logarithm('held_quantity', 'held_before_quantity') }}
            else 0
        end as log_survival_step,
        case
            when held_quantity = 0 and held_before_quantity > 0 then 1
            else 0
        end as emptied_step
    from event_steps

),

running_survival as (

    select
        *,
        sum(log_survival_step) over in_queue as log_survival,
        sum(emptied_step) over in_queue as emptied_count
    from survival_steps
    window in_queue as ({{ pair }} {{ queue }} rows unbounded preceding)

),

ordered_events as (

    select
        flow_id,
        account_id,
        product_id,
        basis,
        amount,
        is_cohort_member,
        trade_date,
        day_number,
        cast(queue_position as bigint) as queue_position,
        signed_quantity,
        cast(cumulative_in as numeric(28, 6)) as cumulative_in,
        cast(unmatched_quantity as numeric(18, 6)) as unmatched_quantity,
        cast(relieved_quantity as numeric(28, 6)) as relieved_quantity,
        cast(held_before_quantity as numeric(28, 6)) as held_before_quantity,
        cast(held_quantity as numeric(28, 6)) as held_quantity,
        cast(
            last_value(held_quantity) over (
                {{ pair }}, trade_date {{ queue }}
                rows between unbounded preceding and unbounded following
            ) as numeric(28, 6)
        ) as day_end_held_quantity,
        cast(log_survival as numeric(38, 18)) as log_survival,
        cast(emptied_count as bigint) as emptied_count
    from running_survival

)

select * from ordered_events
