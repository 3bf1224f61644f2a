-- Both net flows are the sums of their parts; day and month have the totals of the
-- fact.
with

flows as (

    select * from {{ ref('fact_aum_flows') }}

),

daily as (

    select * from {{ ref('net_flows_daily') }}

),

monthly as (

    select * from {{ ref('net_flows_monthly') }}

),

restated as (

    select * from {{ ref('flow_restatements_monthly') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

totals as (

    {% for relation in ['flows', 'daily', 'monthly', 'restated'] -%}
        select
            '{{ relation }}' as relation,
            {% for measure in flow_measures() -%}
                sum({{ measure }}_amount) as {{ measure }}_amount,
            {% endfor -%}
            {{ 'count(*)' if relation == 'flows' else 'sum(flow_count)' }} as flow_count
        from {{ relation }}
        {% if relation == 'flows' -%}
            cross join as_of
            where flows.trade_date <= as_of.as_of_date
        {%- endif %}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

compared as (

    select
        *,
        {% for measure in flow_measures() -%}
            max({{ measure }}_amount) over () - min({{ measure }}_amount) over ()
                as {{ measure }}_difference,
        {% endfor -%}
        max(flow_count) over () - min(flow_count) over () as flow_count_difference
    from totals

)

select *
from compared
where
    product_net_flow_amount <> gross_sales_amount
    - redemption_amount
    + exchange_in_amount
    - exchange_out_amount
    + transfer_in_amount
    - transfer_out_amount
    + seed_amount
    + unmatched_correction_amount
    or firm_net_flow_amount <> gross_sales_amount
    - redemption_amount
    + seed_amount
    + unmatched_correction_amount
    + external_transfer_amount
    or flow_count_difference <> 0
    {% for measure in flow_measures() -%}
        or {{ measure }}_difference <> 0
    {% endfor %}
