-- Pay periods that leave a gap before the next one, or run over its start. A period
-- ends where the next one starts, whatever its own end says.
{{ config(severity='warn') }}

with

followed_periods as (

    select
        pay_period_id,
        period_start_date,
        period_end_date,
        lead(period_start_date) over (
            order by period_start_date, {{ bytewise('pay_period_id') }}
        ) as next_start_date
    from {{ ref('stg_distribution__pay_periods') }}

)

select
    *,
    case
        when next_start_date > period_end_date then 'days after it are in no period'
        else 'it runs over the start of the next one'
    end as reason
from followed_periods
where next_start_date <> {{ add_days('period_end_date', 1) }}
