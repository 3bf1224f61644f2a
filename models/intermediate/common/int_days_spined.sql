with

days as (

    {{ dbt_utils.date_spine(
        datepart='day',
        start_date="cast('" ~ var('calendar_start_date') ~ "' as date)",
        end_date="cast('" ~ var('calendar_end_date') ~ "' as date)"
    ) }}

),

spined as (

    select cast(date_day as date) as date_day
    from days

)

select * from spined
