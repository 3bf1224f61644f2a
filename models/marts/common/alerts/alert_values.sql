with

feeds as (

    select * from {{ ref('feeds') }}

),

as_of_dates as (

    select * from {{ ref('as_of_dates') }}

),

{% for area in var('alert_areas') -%}
    {{ area }} as (

        select
            cast('{{ area }}' as text) as area,
            metric,
            unit,
            member_kind,
            member_id,
            member_name,
            owner_key,
            period_type,
            period_start_date,
            is_complete,
            metric_value
        from {{ ref(area ~ '_alert_values') }}

    ),

{% endfor -%}

-- By dates of the data: the clock would break every rule of a sample.
feed_ages as (

    select
        feeds.area,
        cast('feed_age' as text) as metric,
        cast('days' as text) as unit,
        cast('feed' as text) as member_kind,
        feeds.feed as member_id,
        feeds.feed as member_name,
        cast(null as bigint) as owner_key,
        cast('day' as text) as period_type,
        as_of_dates.as_of_date as period_start_date,
        true as is_complete,
        -- Of an as-of date in the past, a feed that goes on is not old.
        case
            when feeds.last_business_date >= as_of_dates.as_of_date
                then cast(0 as numeric(28, 8))
            else cast(
                {{ days_between('feeds.last_business_date', 'as_of_dates.as_of_date') }}
                as numeric(28, 8)
            )
        end as metric_value
    from feeds
    inner join as_of_dates
        on feeds.area = as_of_dates.area
    where feeds.last_business_date is not null

),

all_values as (

    {% for area in var('alert_areas') -%}
        select * from {{ area }}
        union all
    {% endfor -%}
    select * from feed_ages

)

select * from all_values
