{% macro distribution_feeds() -%}
    {%- set feeds = [
        'account_renewals',
        'accounts',
        'actual_revenue',
        'advisor_affiliations',
        'advisor_universe',
        'advisors',
        'asset_classes',
        'aum_flows',
        'channels',
        'compensation_plan_assignments',
        'compensation_plan_tiers',
        'compensation_plans',
        'credit_splits',
        'distribution_expenses',
        'exchange_rates',
        'expense_categories',
        'expense_types',
        'fee_agreements',
        'fee_schedules',
        'fee_tiers',
        'fee_waivers',
        'firm_types',
        'firms',
        'market_sales',
        'pay_periods',
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
