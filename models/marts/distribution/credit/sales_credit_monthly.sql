{{ config(
    materialized='incremental_by_change',
    meta={'changes_with': 'fact_sales_credit'},
) }}

with

credits as (

    select * from {{ ref('fact_sales_credit') }}

),

-- The event view counts a trade by its trade date, the booked view by the date on which
-- it became known. Paid credit counts in the booked view when it was paid.
booked as (

    select
        case
            when credits.attribution_mode = 'as_paid' then credits.credit_month
            else {{ month_start('credits.booked_date') }}
        end as activity_month,
        'booked' as time_mode,
        credits.*
    from credits

),

timed as (

    select
        {{ month_start('trade_date') }} as activity_month,
        'event' as time_mode,
        credits.*
    from credits
    where {{ is_changed('fact_sales_credit', month_start('trade_date')) }}

    union all

    select * from booked
    where {{ is_changed('fact_sales_credit') }}

),

summed as (

    select
        activity_month,
        time_mode,
        attribution_mode,
        role,
        wholesaler_key,
        product_key,
        cast(sum(gross_sales_credit_amount) as numeric(18, 2))
            as gross_sales_credit_amount,
        cast(sum(redemption_credit_amount) as numeric(18, 2))
            as redemption_credit_amount,
        cast(sum(firm_net_flow_credit_amount) as numeric(18, 2))
            as firm_net_flow_credit_amount,
        cast(
            sum(
                case
                    when is_adjustment then gross_sales_credit_amount
                    else cast(0 as numeric(18, 2))
                end
            ) as numeric(18, 2)
        ) as adjusted_gross_sales_credit_amount
    from timed
    group by
        activity_month, time_mode, attribution_mode, role, wholesaler_key, product_key

)

select * from summed
