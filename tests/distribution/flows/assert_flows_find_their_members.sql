-- Flows whose code, product, account or advisor is in no feed. They count, on the
-- unassigned member; this test lists them, so that someone can complete the feed.
{{ config(severity='warn') }}

with

flows as (

    select * from {{ ref('int_flows_attributed') }}

),

facts as (

    select * from {{ ref('fact_aum_flows') }}

)

select
    flows.flow_id,
    case
        when facts.transaction_type_key = {{ unassigned_key() }}
            then flows.transaction_type_id
    end as unknown_transaction_type_id,
    case
        when facts.product_key = {{ unassigned_key() }} then flows.product_id
    end as unknown_product_id,
    case
        when facts.account_key = {{ unassigned_key() }} then flows.account_id
    end as unknown_account_id,
    case
        when facts.advisor_key = {{ unassigned_key() }} then flows.advisor_id
    end as unknown_advisor_id
from flows
inner join facts
    on flows.flow_id = facts.flow_id
where
    facts.transaction_type_key = {{ unassigned_key() }}
    or facts.product_key = {{ unassigned_key() }}
    or (facts.account_key = {{ unassigned_key() }} and flows.account_id is not null)
    or (facts.advisor_key = {{ unassigned_key() }} and flows.advisor_id is not null)
