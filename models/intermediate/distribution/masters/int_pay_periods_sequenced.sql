with

delivered as (

    select
        pay_period_id,
        period_start_date,
        period_end_date,
        case when {{ is_known('locked_date') }} then locked_date end as locked_date
    from {{ ref('stg_distribution__pay_periods') }}
    where pay_period_id not in ('unassigned', 'history', 'open')

),

-- Every day lies in a period: what was booked before pay periods were kept is history,
-- closed with it; what is booked after the last of them is open.
before_the_first as (

    select
        'history' as pay_period_id,
        {{ start_of_time() }} as period_start_date,
        {{ add_days('min(period_start_date)', -1) }} as period_end_date,
        {{ add_days('min(period_start_date)', -1) }} as locked_date
    from delivered
    having count(*) > 0

),

after_the_last as (

    select
        'open' as pay_period_id,
        coalesce(
            {{ add_days('greatest(max(period_end_date), max(period_start_date))', 1) }},
            {{ start_of_time() }}
        ) as period_start_date,
        {{ end_of_time() }} as period_end_date,
        cast(null as date) as locked_date
    from delivered

),

periods as (

    select * from before_the_first
    union all
    select * from delivered
    union all
    select * from after_the_last

),

-- A period is closed once it and all before it are, so that what is reported late finds
-- one first open period.
closed as (

    select
        *,
        row_number() over (
            order by period_start_date, {{ bytewise('pay_period_id') }}
        ) as period_sequence,
        max(coalesce(locked_date, {{ end_of_time() }})) over (
            order by period_start_date, {{ bytewise('pay_period_id') }}
            rows between unbounded preceding and current row
        ) as known_until_date
    from periods

),

sequenced as (

    select
        cast(period_sequence as integer) as period_sequence,
        pay_period_id,
        period_start_date,
        period_end_date,
        lead(period_start_date, 1, {{ end_of_time() }}) over (
            order by period_sequence
        ) as next_start_date,
        case
            when known_until_date < {{ end_of_time() }} then known_until_date
        end as locked_date,
        lag(known_until_date, 1, {{ start_of_time() }}) over (
            order by period_sequence
        ) as known_after_date,
        known_until_date
    from closed

)

select * from sequenced
