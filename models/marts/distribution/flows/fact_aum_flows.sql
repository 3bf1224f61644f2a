{{ config(
    materialized='incremental_by_change',
    indexes=indexes_on([['advisor_key'], ['trade_date']]),
    meta={
        'changes_with': 'own_flow',
        'logs_changes_by': [{'cohort_month': month_start('trade_date')}],
    },
) }}

with

flows as (

    select * from {{ ref('int_flows_attributed') }}
    where {{ is_changed('own_flow') }}

),

accounts as (

    select * from {{ ref('dim_accounts') }}

),

advisors as (

    select * from {{ ref('dim_advisors') }}

),

firms as (

    select * from {{ ref('dim_firms') }}

),

territories as (

    select * from {{ ref('dim_territories') }}

),

wholesalers as (

    select * from {{ ref('dim_wholesalers') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

transaction_types as (

    select * from {{ ref('dim_transaction_types') }}

),

keyed as (

    select
        {{ surrogate_key(['flows.flow_id']) }} as flow_key,
        flows.flow_id,
        flows.original_flow_id,
        flows.corrects_flow_id,
        {{ member_key('accounts.account_key') }} as account_key,
        {{ member_key('advisors.advisor_key') }} as advisor_key,
        {{ member_key('firms.firm_key') }} as firm_key,
        {{ member_key('firms.channel_key') }} as channel_key,
        {{ member_key('territories.territory_key') }} as territory_key,
        {{ member_key('territories.region_key') }} as region_key,
        {{ member_key('wholesalers.wholesaler_key') }} as wholesaler_key,
        {{ member_key('products.product_key') }} as product_key,
        {{ member_key('transaction_types.transaction_type_key') }}
            as transaction_type_key,
        flows.transfer_id,
        flows.discretion,
        flows.flow_class,
        flows.trade_date,
        flows.booked_date,
        {% for measure in flow_measures() -%}
            flows.{{ measure }}_amount,
        {% endfor -%}
        flows.amount,
        flows.units
    from flows
    left join accounts
        on flows.account_id = accounts.account_id
    left join advisors
        on flows.advisor_id = advisors.advisor_id
    left join firms
        on flows.firm_id = firms.firm_id
    left join territories
        on flows.territory_id = territories.territory_id
    left join wholesalers
        on flows.wholesaler_id = wholesalers.wholesaler_id
    left join products
        on flows.product_id = products.product_id
    left join transaction_types
        on flows.transaction_type_id = transaction_types.transaction_type_id

)

select * from keyed
