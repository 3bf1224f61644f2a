-- Every dimension has a member for facts whose own member is missing or unknown.
{%- set keys = {
    'dim_accounts': 'account_key',
    'dim_advisors': 'advisor_key',
    'dim_asset_classes': 'asset_class_key',
    'dim_channels': 'channel_key',
    'dim_expense_categories': 'expense_category_key',
    'dim_expense_types': 'expense_type_key',
    'dim_firm_types': 'firm_type_key',
    'dim_firms': 'firm_key',
    'dim_pay_periods': 'pay_period_key',
    'dim_products': 'product_key',
    'dim_regions': 'region_key',
    'dim_territories': 'territory_key',
    'dim_transaction_types': 'transaction_type_key',
    'dim_vehicle_types': 'vehicle_type_key',
    'dim_wholesalers': 'wholesaler_key',
} %}

with

counted as (

    {% for dimension, key in keys.items() -%}
        select
            '{{ dimension }}' as dimension,
            count(*) as unassigned_members
        from {{ ref(dimension) }}
        where {{ key }} = {{ unassigned_key() }}
        {% if not loop.last %}
            union all
        {% endif -%}
    {% endfor %}

)

select * from counted
where unassigned_members <> 1
