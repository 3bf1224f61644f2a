{{ config(
    materialized='incremental_by_change',
    meta={'changes_with': 'fact_revenue'},
) }}

with

revenue as (

    select * from {{ ref('fact_revenue') }}
    where {{ is_changed('fact_revenue') }}

),

entries as (

    select
        *,
        {{ month_start('booked_date') }} as booked_month
    from revenue

),

summed as (

    select
        revenue_month,
        booked_month,
        product_key,
        wholesaler_key,
        {% for entry_type in ['estimate', 'restatement', 'reversal', 'actual'] -%}
            cast(
                sum(case when entry_type = '{{ entry_type }}' then revenue_amount end)
                as numeric(18, 2)
            ) as {{ entry_type }}_amount,
        {% endfor -%}
        cast(
            sum(case when entry_type in ('actual', 'reversal') then revenue_amount end)
            as numeric(18, 2)
        ) as true_up_amount,
        cast(sum(waiver_amount) as numeric(18, 2)) as waiver_amount,
        cast(sum(revenue_amount) as numeric(18, 2)) as revenue_amount
    from entries
    group by
        revenue_month,
        booked_month,
        product_key,
        wholesaler_key

)

select * from summed
