-- Without a split, a flow's external credit as-was goes to the wholesaler of record in
-- fact_aum_flows, which is found by another route.
with

credits as (

    select * from {{ ref('fact_sales_credit') }}

),

flows as (

    select * from {{ ref('fact_aum_flows') }}

),

accounts as (

    select * from {{ ref('dim_accounts') }}

),

advisors as (

    select * from {{ ref('dim_advisors') }}

),

territories as (

    select * from {{ ref('dim_territories') }}

),

splits as (

    select * from {{ ref('stg_distribution__credit_splits') }}
    where role = 'external'

)

select
    credits.flow_id,
    credits.wholesaler_key as credited_key,
    flows.wholesaler_key as recorded_key
from credits
inner join flows
    on credits.flow_id = flows.flow_id
inner join accounts
    on flows.account_key = accounts.account_key
inner join advisors
    on flows.advisor_key = advisors.advisor_key
inner join territories
    on flows.territory_key = territories.territory_key
left join splits
    on
        (splits.scope = 'flow' and flows.original_flow_id = splits.scope_id)
        or (splits.scope = 'account' and accounts.account_id = splits.scope_id)
        or (splits.scope = 'advisor' and advisors.advisor_id = splits.scope_id)
        or (splits.scope = 'territory' and territories.territory_id = splits.scope_id)
where
    credits.attribution_mode = 'as_was'
    and credits.role = 'external'
    and credits.credit_status in ('credited', 'unassigned')
    and splits.scope is null
    and credits.wholesaler_key <> flows.wholesaler_key
