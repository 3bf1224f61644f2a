{{ config(
    materialized='incremental_by_change',
    meta={'changes_with': 'flow_month'},
) }}

with

net_flows as (

    select * from {{ ref('net_flows_daily') }}
    where {{ is_changed(
        'flow_month', month_start('flow_date') ~ ', product_key'
    ) }}

),

summed as (

    select
        {{ month_start('flow_date') }} as flow_month,
        product_key,
        advisor_key,
        firm_key,
        channel_key,
        territory_key,
        wholesaler_key,
        {% for measure in flow_measures() -%}
            cast(sum({{ measure }}_amount) as numeric(18, 2)) as {{ measure }}_amount,
        {% endfor -%}
        cast(sum(flow_count) as integer) as flow_count
    from net_flows
    group by
        {{ month_start('flow_date') }},
        product_key,
        advisor_key,
        firm_key,
        channel_key,
        territory_key,
        wholesaler_key

),

measured as (

    select
        *,
        {{ ratio('gross_sales_amount - redemption_amount', 'gross_sales_amount') }}
            as net_sales_efficiency_rate
    from summed

)

select * from measured
