{#- Names of the distribution feeds, which dbt must know before it knows its sources. A list
    that does not match the declared sources is an error. -#}
{% macro distribution_feeds() -%}
    {%- set feeds = [
        'accounts',
        'actual_revenue',
        'advisor_affiliations',
        'advisors',
        'asset_classes',
        'aum_flows',
        'channels',
        'distribution_expenses',
        'expense_categories',
        'expense_types',
        'fee_schedules',
        'firm_types',
        'firms',
        'product_prices',
        'products',
        'regions',
        'territories',
        'territory_assignments',
        'transaction_types',
        'vehicle_types',
        'wholesaler_compensation',
        'wholesalers',
    ] -%}
    {%- if execute -%}
        {%- set declared = graph.sources.values()
            | selectattr('source_name', 'equalto', 'distribution')
            | map(attribute='name') | sort -%}
        {%- if declared | list != feeds -%}
            {{ exceptions.raise_compiler_error(
                'macro `distribution_feeds` lists ' ~ feeds ~ ', but the sources declare '
                ~ declared | list ~ ': make the two agree'
            ) }}
        {%- endif -%}
    {%- endif -%}
    {{ return(feeds) }}
{%- endmacro %}
