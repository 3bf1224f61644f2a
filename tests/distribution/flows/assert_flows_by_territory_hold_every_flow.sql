-- By month and wholesaler the same measures as in the days.
with

months as (

    select
        flow_month,
        wholesaler_key,
        {% for measure in flow_measures() -%}
            sum({{ measure }}_amount) as {{ measure }}_amount,
        {% endfor -%}
        sum(flow_count) as flow_count
    from {{ ref('net_flows_by_territory_monthly') }}
    group by flow_month, wholesaler_key

),

days as (

    select
        {{ month_start('flow_date') }} as flow_month,
        wholesaler_key,
        {% for measure in flow_measures() -%}
            sum({{ measure }}_amount) as {{ measure }}_amount,
        {% endfor -%}
        sum(flow_count) as flow_count
    from {{ ref('net_flows_daily') }}
    group by {{ month_start('flow_date') }}, wholesaler_key

)

select
    days.flow_month,
    days.wholesaler_key,
    days.flow_count,
    months.flow_count as months_flow_count
from days
full join months
    on
        days.flow_month = months.flow_month
        and days.wholesaler_key = months.wholesaler_key
where
    days.flow_month is null
    or months.flow_month is null
    or days.flow_count <> months.flow_count
    {%- for measure in flow_measures() %}
        or days.{{ measure }}_amount <> months.{{ measure }}_amount
    {%- endfor %}
