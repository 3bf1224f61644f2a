-- The as-of date is a day on which the area's feeds reported, unless the variable sets
-- another.
with

as_of_dates as (

    select * from {{ ref('as_of_dates') }}

),

last_days as (

    select
        area,
        max(date_day) as last_day
    from {{ ref('trading_days') }}
    group by area

),

settings as (

    {% for area in var('areas') -%}
        select
            '{{ area }}' as area,
            cast({{ as_of_date_setting(area) }} as date) as as_of_date
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    as_of_dates.area,
    as_of_dates.as_of_date,
    last_days.last_day
from as_of_dates
inner join settings
    on as_of_dates.area = settings.area
inner join last_days
    on as_of_dates.area = last_days.area
where
    settings.as_of_date is null
    and as_of_dates.as_of_date <> last_days.last_day
