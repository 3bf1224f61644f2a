with

activity as (

    select * from {{ ref('account_activity') }}

),

counted as (

    select
        activity_month,
        territory_key,
        wholesaler_key,
        is_partial,
        {% for status in ['new', 'reactivated', 'lost', 'inactive'] -%}
            cast(
                sum(case when activity_status = '{{ status }}' then 1 else 0 end)
                as integer
            ) as {{ status }}_accounts,
        {% endfor -%}
        cast(sum(case when is_active then 1 else 0 end) as integer) as active_accounts
    from activity
    group by activity_month, territory_key, wholesaler_key, is_partial

)

select * from counted
