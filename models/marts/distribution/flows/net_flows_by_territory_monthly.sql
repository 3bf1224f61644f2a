with

net_flows as (

    select * from {{ ref('net_flows_monthly') }}

),

summed as (

    select
        flow_month,
        product_key,
        channel_key,
        territory_key,
        wholesaler_key,
        {% for measure in flow_measures() -%}
            cast(sum({{ measure }}_amount) as numeric(18, 2)) as {{ measure }}_amount,
        {% endfor -%}
        cast(sum(flow_count) as integer) as flow_count
    from net_flows
    group by
        flow_month,
        product_key,
        channel_key,
        territory_key,
        wholesaler_key

)

select * from summed
