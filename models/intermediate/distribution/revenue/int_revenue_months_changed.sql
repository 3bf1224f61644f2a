{{ config(
    meta={'keeps_progress': true},
    post_hook=["{{ record_changes_read(['int_revenue_term_changes_logged']) }}"],
) }}

with

versions as (

    select * from {{ ref('int_revenue_term_changes_logged') }}

),

changed_holdings as (

    select * from {{ ref('int_holdings_changed') }}

),

balances as (

    select * from {{ ref('int_balances_held') }}

),

flows as (

    select * from {{ ref('int_flows_attributed') }}

),

changed as (

    select
        account_id,
        product_id,
        revenue_month,
        max(change_number) as change_number
    from versions
    where change_number > {{ least_change_number('int_revenue_term_changes_logged') }}
    group by
        account_id,
        product_id,
        revenue_month

),

-- Whatever was there in any run: its revenue may have to go.
product_months as (

    select distinct
        product_id,
        revenue_month
    from versions
    where
        account_id is null
        and product_id is not null

),

account_months as (

    select distinct
        account_id,
        product_id,
        revenue_month
    from versions
    where
        account_id is not null
        and product_id is not null

),

holdings as (

    select
        account_id,
        product_id
    from balances

    union

    select
        account_id,
        product_id
    from account_months

),

reached as (

    select
        changed_holdings.account_id,
        changed_holdings.product_id,
        product_months.revenue_month,
        changed_holdings.change_number
    from changed_holdings
    inner join product_months
        on changed_holdings.product_id = product_months.product_id

    union all

    select
        account_id,
        product_id,
        revenue_month,
        change_number
    from changed
    where
        account_id is not null
        and product_id is not null

    union all

    -- Of a product's month, in all accounts.
    select
        holdings.account_id,
        holdings.product_id,
        changed.revenue_month,
        changed.change_number
    from changed
    inner join holdings
        on changed.product_id = holdings.product_id
    where changed.account_id is null

    union all

    -- Of an account, in all products and months.
    select
        holdings.account_id,
        holdings.product_id,
        product_months.revenue_month,
        changed.change_number
    from changed
    inner join holdings
        on changed.account_id = holdings.account_id
    inner join product_months
        on holdings.product_id = product_months.product_id
    where changed.product_id is null

    union all

    select
        account_months.account_id,
        account_months.product_id,
        account_months.revenue_month,
        changed.change_number
    from changed
    inner join account_months
        on changed.account_id = account_months.account_id
    where changed.product_id is null

    union all

    -- What never was a balance still moves a month's AUM.
    select
        flows.account_id,
        flows.product_id,
        {{ month_start('flows.trade_date') }} as revenue_month,
        changed.change_number
    from changed
    inner join flows
        on changed.account_id = flows.account_id
    where changed.product_id is null

),

months as (

    select
        account_id,
        product_id,
        revenue_month,
        max(change_number) as change_number
    from reached
    group by
        account_id,
        product_id,
        revenue_month

),

-- Entries of a month, those that are no longer there included.
actual_entries as (

    select distinct
        account_id,
        product_id,
        revenue_month,
        revenue_id
    from versions
    where revenue_id is not null

),

last_changes as (

    select
        account_id,
        product_id,
        revenue_month,
        {{ estimate_id('account_id', 'product_id', 'revenue_month') }} as revenue_id,
        change_number
    from months

    union all

    select
        months.account_id,
        months.product_id,
        months.revenue_month,
        actual_entries.revenue_id,
        months.change_number
    from months
    inner join actual_entries
        on
            months.account_id = actual_entries.account_id
            and months.product_id = actual_entries.product_id
            and months.revenue_month = actual_entries.revenue_month

)

select * from last_changes
