-- A fact has the same total after a join to any dimension: no row is lost and none
-- counts twice. Dimensions that can be joined together share one pass over the fact.
{%- set star = {
    'fact_aum_flows': ['amount', [
        ['accounts'],
        ['advisors', 'firms', 'channels', 'territories', 'regions', 'wholesalers'],
        ['products', 'transaction_types'],
    ]],
    'fact_revenue': ['revenue_amount', [
        ['accounts'],
        ['advisors', 'firms', 'channels', 'territories', 'wholesalers'],
        ['products'],
    ]],
    'fact_retention_snapshots': ['retained_amount', [
        ['accounts'],
        ['advisors', 'firms', 'territories', 'wholesalers'],
        ['products'],
    ]],
    'fact_distribution_expense': ['expense_amount', [
        ['expense_types', 'expense_categories', 'wholesalers'],
    ]],
    'fact_wholesaler_comp': ['compensation_amount', [['wholesalers']]],
} -%}
{%- set keys = {
    'territories': 'territory_key',
    'expense_categories': 'expense_category_key',
} -%}
{%- for measure, passes in star.values() -%}
    {%- for dimension in passes | sum(start=[]) if dimension not in keys -%}
        {%- do keys.update({dimension: dimension[:-1] ~ '_key'}) -%}
    {%- endfor -%}
{%- endfor %}

with

{% for fact, (measure, passes) in star.items() %}
    {{ fact }}_total as (

        select sum({{ measure }}) as measured
        from {{ ref(fact) }}

    ),

    {% for dimensions in passes -%}
        {{ fact }}_by_{{ dimensions[0] }} as (

            select
                {% for dimension in dimensions -%}
                    {{ keys[dimension] }},
                {% endfor -%}
                sum({{ measure }}) as measured
            from {{ ref(fact) }}
            group by
                {% for dimension in dimensions -%}
                    {{ keys[dimension] }}
                    {%- if not loop.last %},{% endif %}
                {% endfor %}

        ),
    {% endfor -%}
{% endfor %}

totals as (

    {% for fact, (measure, passes) in star.items() -%}
        {%- set is_last_fact = loop.last -%}
        {%- for dimensions in passes -%}
            {%- set is_last_pass = is_last_fact and loop.last -%}
            {%- for dimension in dimensions -%}
                {%- set summed = fact ~ '_by_' ~ dimensions[0] -%}
                {%- set key = keys[dimension] -%}
                select
                    '{{ fact }}' as fact,
                    '{{ dimension }}' as dimension,
                    (
                        select {{ fact }}_total.measured
                        from {{ fact }}_total
                    ) as fact_total,
                    sum({{ summed }}.measured) as dimension_total
                from {{ summed }}
                inner join {{ ref('dim_' ~ dimension) }} as {{ dimension }}
                    on {{ summed }}.{{ key }} = {{ dimension }}.{{ key }}
                {% if not (is_last_pass and loop.last) %}union all{% endif %}
            {% endfor -%}
        {% endfor -%}
    {% endfor %}

)

select *
from totals
where coalesce(fact_total, 0) <> coalesce(dimension_total, 0)
