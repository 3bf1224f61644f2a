-- Which channel's money leaves early?
with

snapshots as (

    select * from {{ ref('fact_retention_snapshots') }}
    where
        relief_method = 'fifo'
        and is_cohort_member

),

firms as (

    select * from {{ ref('dim_firms') }}

),

channels as (

    select * from {{ ref('dim_channels') }}

),

-- Only lots that have reached an age have a row for it, so each age has a denominator
-- of its own.
by_age as (

    select
        firms.channel_key,
        snapshots.age_days,
        sum(snapshots.original_amount) as original_amount,
        sum(snapshots.original_amount - snapshots.retained_amount) as left_amount
    from snapshots
    inner join firms
        on snapshots.firm_key = firms.firm_key
    group by firms.channel_key, snapshots.age_days

),

rated as (

    select
        channel_key,
        age_days,
        original_amount,
        cast(left_amount / nullif(original_amount, 0) as numeric(18, 4)) as left_rate
    from by_age

)

select
    channels.channel_name as channel,
    max(case when rated.age_days = 90 then rated.original_amount end) as sold,
    max(case when rated.age_days = 30 then rated.left_rate end) as left_by_day_30,
    max(case when rated.age_days = 60 then rated.left_rate end) as left_by_day_60,
    max(case when rated.age_days = 90 then rated.left_rate end) as left_by_day_90
from rated
inner join channels
    on rated.channel_key = channels.channel_key
group by channels.channel_name
order by left_by_day_90 desc, channel asc

/*
      channel      |     sold     | left_by_day_30 | left_by_day_60 | left_by_day_90
-------------------+--------------+----------------+----------------+----------------
 Independent       | 330699760.71 |         0.0343 |         0.0814 |         0.1342
 Bank              | 156133136.27 |         0.0334 |         0.0581 |         0.0893
 Retirement        | 177041523.95 |         0.0194 |         0.0438 |         0.0699
 National accounts | 250673341.22 |         0.0079 |         0.0268 |         0.0459
 Adviser           | 119369603.98 |         0.0073 |         0.0214 |         0.0333
 Unassigned        | 158682146.65 |         0.0000 |         0.0006 |         0.0042
*/
