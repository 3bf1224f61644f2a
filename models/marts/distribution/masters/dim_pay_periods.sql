with

periods as (

    select * from {{ ref('int_pay_periods_sequenced') }}

),

members as (

    select
        pay_period_id,
        nullif(period_start_date, {{ start_of_time() }}) as period_start_date,
        nullif(period_end_date, {{ end_of_time() }}) as period_end_date,
        locked_date,
        locked_date is not null as is_locked
    from periods

    union all

    select
        'unassigned' as pay_period_id,
        cast(null as date) as period_start_date,
        cast(null as date) as period_end_date,
        cast(null as date) as locked_date,
        false as is_locked

),

keyed as (

    select
        {{ surrogate_key(['pay_period_id']) }} as pay_period_key,
        pay_period_id,
        period_start_date,
        period_end_date,
        locked_date,
        is_locked
    from members

)

select * from keyed
