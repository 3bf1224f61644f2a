-- A wide view has the rows and the sums of its mart: joining names loses nothing and
-- doubles nothing. The result names what differs. Of the largest marts only months with
-- a changed row are checked.
{%- set flows = ['flow_count'] -%}
{%- for measure in flow_measures() -%}
    {%- do flows.append(measure ~ '_amount') -%}
{%- endfor -%}
{%- set aum = [
    'opening_aum_amount', 'market_movement_amount', 'fx_movement_amount',
    'residual_amount', 'closing_aum_amount', 'organic_flow_amount',
] -%}
{%- for line in rollforward_lines() -%}
    {%- do aum.append(line ~ '_amount') -%}
{%- endfor -%}
{%- set views = {
    'net_flows_wide': ['net_flows_daily', flows, 'true'],
    'retention_wide': ['fact_retention_snapshots', [
        'original_amount', 'retained_amount', 'retained_in_product_amount',
    ], is_changed(
        ['fact_retention_snapshots', 'fact_aum_flows'], month_start('trade_date')
    )],
    'revenue_wide': ['fact_revenue', [
        'revenue_amount', 'accrued_amount', 'rounding_remainder_amount',
        'gross_revenue_amount', 'waiver_amount', 'aum_days',
    ], is_changed('fact_revenue')],
    'sales_credit_wide': ['fact_sales_credit', [
        'split_rate', 'gross_sales_credit_amount', 'redemption_credit_amount',
        'firm_net_flow_credit_amount',
    ], is_changed('fact_sales_credit', month_start('trade_date'))],
    'aum_wide': ['aum_rollforward_monthly', aum, is_changed('aum_month')],
    'advisor_activity_wide': ['advisor_activity', [
        'gross_sales_amount', 'window_gross_sales_amount',
    ], 'true'],
} %}

with

{% for view, (mart, measures, looked_at) in views.items() -%}
    {%- for relation in (view, mart) -%}
        {{ relation }} as (

            select
                {% for measure in measures -%}
                    sum({{ measure }}) as {{ measure }},
                {% endfor -%}
                count(*) as row_count
            from {{ ref(relation) }}
            where {{ looked_at }}

        ),

    {% endfor -%}
{% endfor -%}

compared as (

    {% for view, (mart, measures, looked_at) in views.items() -%}
        select
            '{{ view }}' as wide_view,
            concat(
                case
                    when {{ view }}.row_count <> {{ mart }}.row_count then 'row_count '
                end
                {%- for measure in measures -%}
                    ,
                    case
                        when
                            {{ view }}.{{ measure }}
                            is distinct from {{ mart }}.{{ measure }}
                            then '{{ measure }} '
                    end
                {%- endfor %}
            ) as differing
        from {{ view }}
        cross join {{ mart }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select *
from compared
where differing <> ''
