{{ config(materialized='change_log', meta={'logged_by': 'flow_id'}) }}

with

flows as (

    select * from {{ ref('int_flows_attributed') }}

),

transfers as (

    select * from {{ ref('int_transfers_matched') }}

),

splits as (

    select * from {{ ref('int_share_splits_derived') }}

),

-- Every leg depends on the total movement of its group of legs.
transfer_groups as (

    select
        transfer_id,
        transfer_class,
        count(*) as legs,
        sum(amount) as amount,
        sum(quantity) as quantity
    from transfers
    group by transfer_id, transfer_class

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

accounts as (

    select * from {{ ref('stg_distribution__accounts') }}

),

advisors as (

    select * from {{ ref('stg_distribution__advisors') }}

),

firms as (

    select * from {{ ref('stg_distribution__firms') }}

),

territories as (

    select * from {{ ref('stg_distribution__territories') }}

),

wholesalers as (

    select * from {{ ref('stg_distribution__wholesalers') }}

),

products as (

    select * from {{ ref('stg_distribution__products') }}

),

channels as (

    select * from {{ ref('stg_distribution__channels') }}

),

regions as (

    select * from {{ ref('stg_distribution__regions') }}

),

transaction_types as (

    select * from {{ ref('int_transaction_types_classified') }}

),

-- Everything that models below a flow depend on: its own row, its match, the known
-- members, the splits after it, and whether its day has come.
flow_digests as (

    select
        flows.flow_id,
        flows.product_id,
        flows.trade_date,
        cast({{ row_digest([
            'flows',
            'transfers',
            'transfer_groups',
            'splits',
            'flows.trade_date <= as_of.as_of_date',
            'accounts.account_id',
            'advisors.advisor_id',
            'firms.firm_id',
            'territories.territory_id',
            'wholesalers.wholesaler_id',
            'products.product_id',
            'channels.channel_id',
            'regions.region_id',
            'transaction_types.transaction_type_id',
        ]) }} as numeric(38, 0)) as digest,
        coalesce(flows.account_id, 'unassigned') as account_id
    from flows
    cross join as_of
    left join transfers
        on flows.flow_id = transfers.flow_id
    left join transfer_groups
        on
            transfers.transfer_id = transfer_groups.transfer_id
            and transfers.transfer_class = transfer_groups.transfer_class
    left join splits
        on
            flows.product_id = splits.product_id
            and flows.trade_date >= splits.valid_from
            and flows.trade_date < splits.valid_to
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
    left join channels
        on firms.channel_id = channels.channel_id
    left join regions
        on territories.region_id = regions.region_id
    left join transaction_types
        on flows.transaction_type_id = transaction_types.transaction_type_id

)

select * from flow_digests
