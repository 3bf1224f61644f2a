-- Across month ends, a leap day and the epoch; a period ends at the next start if that
-- is earlier.
with

computed as (

    select
        {{ add_days("cast('2024-02-28' as date)", 2) }} as march_first,
        {{ add_days("cast('2024-03-01' as date)", -1) }} as leap_day,
        {{ days_between("cast('2024-02-01' as date)", "cast('2024-03-01' as date)") }}
            as leap_february,
        {{ day_number("cast('1970-01-02' as date)") }} as second_day,
        {{ month_start("cast('2024-02-29' as date)") }} as month_start,
        {{ next_month_start("cast('2024-02-29' as date)") }} as next_month_start,
        {{ decimal_unit(2) }} as cent

),

periods as (

    select
        'A' as member,
        cast('2025-01-01' as date) as valid_from,
        cast('2025-12-31' as date) as valid_to
    union all
    select
        'A' as member,
        cast('2025-07-01' as date) as valid_from,
        cast(null as date) as valid_to

),

ended as (

    select
        valid_from,
        {{ period_end('valid_to', 'valid_from', 'member') }} as period_end
    from periods

)

select 'days' as finding
from computed
where
    march_first <> cast('2024-03-01' as date)
    or leap_day <> cast('2024-02-29' as date)
    or leap_february <> 29
    or second_day <> 1
    or month_start <> cast('2024-02-01' as date)
    or next_month_start <> cast('2024-03-01' as date)
    or cent <> 0.01

union all

select 'periods' as finding
from ended
where
    period_end <> case
        when valid_from = cast('2025-01-01' as date) then cast('2025-07-01' as date)
        else {{ end_of_time() }}
    end
