{{ config(
    materialized='incremental_by_change',
    meta={'changes_with': 'flow_date'},
) }}

with

flows as (

    select * from {{ ref('fact_aum_flows') }}
    where {{ is_changed('flow_date', 'trade_date, product_key') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

summed as (

    select
        flows.trade_date as flow_date,
        flows.product_key,
        flows.advisor_key,
        flows.firm_key,
        flows.channel_key,
        flows.territory_key,
        flows.wholesaler_key,
        {% for measure in flow_measures() -%}
            cast(sum(flows.{{ measure }}_amount) as numeric(18, 2))
                as {{ measure }}_amount,
        {% endfor -%}
        cast(count(*) as integer) as flow_count
    from flows
    cross join as_of
    where flows.trade_date <= as_of.as_of_date
    group by
        flows.trade_date,
        flows.product_key,
        flows.advisor_key,
        flows.firm_key,
        flows.channel_key,
        flows.territory_key,
        flows.wholesaler_key

)

select * from summed
