-- Through any dimension a fact has the same total: no row is lost, none counts twice.
{%- set star = {
    'fact_aum_flows': ['amount', [
        'accounts', 'advisors', 'firms', 'channels', 'territories', 'regions',
        'wholesalers', 'products', 'transaction_types',
    ]],
    'fact_revenue': ['revenue_amount', [
        'accounts', 'advisors', 'firms', 'channels', 'territories', 'wholesalers',
        'products',
    ]],
    'fact_retention_snapshots': ['retained_amount', [
        'accounts', 'advisors', 'firms', 'territories', 'wholesalers', 'products',
    ]],
    'fact_distribution_expense': ['expense_amount', [
        'expense_types', 'expense_categories', 'wholesalers',
    ]],
    'fact_wholesaler_comp': ['compensation_amount', ['wholesalers']],
} -%}
{%- set singular = {
    'territories': 'territory',
    'expense_categories': 'expense_category',
} %}

with

totals as (

    {% for fact, (measure, dimensions) in star.items() -%}
        {% for dimension in dimensions -%}
            {%- set key = singular.get(dimension, dimension[:-1]) ~ '_key' -%}
            select
                '{{ fact }}' as fact,
                '{{ dimension }}' as dimension,
                (select sum({{ measure }}) from {{ ref(fact) }}) as fact_total,
                sum({{ fact }}.{{ measure }}) as dimension_total
            from {{ ref(fact) }} as {{ fact }}
            inner join {{ ref('dim_' ~ dimension) }} as {{ dimension }}
                on {{ fact }}.{{ key }} = {{ dimension }}.{{ key }}
            {% if not loop.last %}union all{% endif %}
        {% endfor -%}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select *
from totals
where coalesce(fact_total, 0) <> coalesce(dimension_total, 0)
