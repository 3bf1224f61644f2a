{{ config(
    meta={'keeps_progress': true},
    post_hook=["{{ record_changes_read(['int_flow_changes_logged']) }}"],
) }}

with recursive

versions as (

    select * from {{ ref('int_flow_changes_logged') }}

),

transfers as (

    select * from {{ ref('int_transfers_matched') }}

),

unread as (

    select
        flow_id,
        max(change_number) as change_number
    from versions
    where change_number > {{ least_change_number('int_flow_changes_logged') }}
    group by flow_id

),

-- Where a flow is, and wherever it was.
changed as (

    select distinct
        versions.account_id,
        versions.product_id,
        unread.change_number
    from unread
    inner join versions
        on unread.flow_id = versions.flow_id

),

-- What a transfer moved is followed from the holding that it left to the one that it
-- reached, and back.
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

reached as (

    select
        account_id,
        product_id,
        change_number
    from changed

    union

    select
        links.linked_account_id as account_id,
        links.linked_product_id as product_id,
        reached.change_number
    from reached
    inner join links
        on
            reached.account_id = links.account_id
            and reached.product_id = links.product_id

),

last_changes as (

    select
        account_id,
        product_id,
        max(change_number) as change_number
    from reached
    group by account_id, product_id

)

select * from last_changes
