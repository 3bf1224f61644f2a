-- The star's calendar: its promised home is the star's schema, beside the facts.
{{ config(schema='dist_perf_dw') }}

with

days as (

    select * from {{ ref('int_days_spined') }}

),

parts as (

    select
        days.date_day,
        cast(extract(isodow from days.date_day) as integer) as iso_day_of_week,
        cast(extract(isoyear from days.date_day) as integer) as iso_year,
        cast(extract(week from days.date_day) as integer) as iso_week,
        cast(extract(year from days.date_day) as integer) as calendar_year,
        cast(extract(quarter from days.date_day) as integer) as calendar_quarter,
        cast(extract(month from days.date_day) as integer) as calendar_month,
        cast(extract(day from days.date_day) as integer) as day_of_month,
        cast(extract(doy from days.date_day) as integer) as day_of_year,
        cast(date_trunc('week', days.date_day) as date) as iso_week_start_date,
        {{ month_start('days.date_day') }} as month_start_date,
        cast(date_trunc('quarter', days.date_day) as date) as quarter_start_date,
        cast(date_trunc('year', days.date_day) as date) as year_start_date,
        mod(
            cast(extract(month from days.date_day) as integer)
            + 12 - {{ var('fiscal_year_start_month') }},
            12
        ) + 1 as fiscal_month
    from days

),

fiscal as (

    select
        *,
        calendar_year + case
            when
                {{ var('fiscal_year_start_month') }} > 1
                and calendar_month >= {{ var('fiscal_year_start_month') }}
                then 1
            else 0
        end as fiscal_year,
        cast(
            month_start_date - (fiscal_month - 1) * interval '1 month' as date
        ) as fiscal_year_start_date,
        {{ next_month_start('date_day') }} as next_month_start_date
    from parts

),

named as (

    select
        date_day,
        iso_day_of_week,
        case iso_day_of_week
            when 1 then 'Monday'
            when 2 then 'Tuesday'
            when 3 then 'Wednesday'
            when 4 then 'Thursday'
            when 5 then 'Friday'
            when 6 then 'Saturday'
            else 'Sunday'
        end as day_name,
        day_of_month,
        day_of_year,
        iso_year,
        iso_week,
        iso_week_start_date,
        calendar_month,
        case calendar_month
            when 1 then 'January'
            when 2 then 'February'
            when 3 then 'March'
            when 4 then 'April'
            when 5 then 'May'
            when 6 then 'June'
            when 7 then 'July'
            when 8 then 'August'
            when 9 then 'September'
            when 10 then 'October'
            when 11 then 'November'
            else 'December'
        end as month_name,
        month_start_date,
        {{ add_days('next_month_start_date', -1) }} as month_end_date,
        calendar_quarter,
        quarter_start_date,
        calendar_year,
        year_start_date,
        fiscal_month,
        cast(floor((fiscal_month + 2) / 3) as integer) as fiscal_quarter,
        fiscal_year,
        fiscal_year_start_date,
        cast(
            month_start_date
            - mod(fiscal_month - 1, 3) * interval '1 month' as date
        ) as fiscal_quarter_start_date,
        -- Fiscal weeks are runs of seven days from the first day of the fiscal year.
        cast(
            floor({{ days_between('fiscal_year_start_date', 'date_day') }} / 7)
            as integer
        ) + 1 as fiscal_week,
        iso_day_of_week >= 6 as is_weekend,
        {{ add_days('next_month_start_date', -1) }} = date_day as is_month_end
    from fiscal

)

select * from named
