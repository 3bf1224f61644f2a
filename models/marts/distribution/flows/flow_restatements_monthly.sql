{{ config(
    materialized='incremental_by_change',
    meta={'changes_with': 'flow_month'},
) }}

with

flows as (

    select * from {{ ref('fact_aum_flows') }}
    where {{ is_changed('flow_month', month_start('trade_date') ~ ', product_key') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

months as (

    select
        flows.*,
        {{ month_start('flows.trade_date') }} as flow_month,
        {{ month_start('flows.booked_date') }} as booked_month
    from flows
    cross join as_of
    where flows.trade_date <= as_of.as_of_date

),

summed as (

    select
        flow_month,
        booked_month,
        product_key,
        wholesaler_key,
        booked_month > flow_month as is_restatement,
        {% for measure in flow_measures() -%}
            cast(sum({{ measure }}_amount) as numeric(18, 2)) as {{ measure }}_amount,
        {% endfor -%}
        cast(count(*) as integer) as flow_count
    from months
    group by
        flow_month,
        booked_month,
        product_key,
        wholesaler_key

)

select * from summed
