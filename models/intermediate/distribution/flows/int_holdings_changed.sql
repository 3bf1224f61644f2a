{{ config(
    meta={'keeps_progress': true},
    post_hook=["{{ record_changes_read(['int_flow_changes_logged']) }}"],
) }}

with recursive

flow_log as (

    select * from {{ ref('int_flow_changes_logged') }}

),

transfers as (

    select * from {{ ref('int_transfers_matched') }}

),

unread_changes as (

    select
        flow_id,
        max(change_number) as change_number
    from flow_log
    where change_number > {{ least_change_number('int_flow_changes_logged') }}
    group by flow_id

),

-- The holdings in which a flow is and in which it was before.
changed_holdings as (

    select distinct
        flow_log.account_id,
        flow_log.product_id,
        unread_changes.change_number
    from unread_changes
    inner join flow_log
        on unread_changes.flow_id = flow_log.flow_id

),

-- A transfer links the holding that it left with the one that it reached, in both
-- directions.
links as (

    select
        leaving.account_id,
        leaving.product_id,
        arriving.account_id as linked_account_id,
        arriving.product_id as linked_product_id
    from transfers as leaving
    inner join transfers as arriving
        on
            leaving.transfer_id = arriving.transfer_id
            and leaving.transfer_class = arriving.transfer_class
            and leaving.leg <> arriving.leg
    where leaving.is_matched

),

affected_holdings as (

    select
        account_id,
        product_id,
        change_number
    from changed_holdings

    union

    select
        links.linked_account_id as account_id,
        links.linked_product_id as product_id,
        affected_holdings.change_number
    from affected_holdings
    inner join links
        on
            affected_holdings.account_id = links.account_id
            and affected_holdings.product_id = links.product_id

),

latest_changes as (

    select
        account_id,
        product_id,
        max(change_number) as change_number
    from affected_holdings
    group by account_id, product_id

)

select * from latest_changes
