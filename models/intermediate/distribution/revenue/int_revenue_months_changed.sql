{{ config(
    meta={'keeps_progress': true},
    post_hook=["{{ record_changes_read(['int_revenue_term_changes_logged']) }}"],
) }}

with

term_log as (

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

changed_terms as (

    select
        account_id,
        product_id,
        revenue_month,
        max(change_number) as change_number
    from term_log
    where change_number > {{ least_change_number('int_revenue_term_changes_logged') }}
    group by
        account_id,
        product_id,
        revenue_month

),

-- Months of any earlier run count too: their revenue may have to be removed.
product_months as (

    select distinct
        product_id,
        revenue_month
    from term_log
    where
        account_id is null
        and product_id is not null

),

account_months as (

    select distinct
        account_id,
        product_id,
        revenue_month
    from term_log
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

affected_months as (

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
    from changed_terms
    where
        account_id is not null
        and product_id is not null

    union all

    -- A term of a product's month affects all accounts.
    select
        holdings.account_id,
        holdings.product_id,
        changed_terms.revenue_month,
        changed_terms.change_number
    from changed_terms
    inner join holdings
        on changed_terms.product_id = holdings.product_id
    where changed_terms.account_id is null

    union all

    -- A term of an account affects all products and months.
    select
        holdings.account_id,
        holdings.product_id,
        product_months.revenue_month,
        changed_terms.change_number
    from changed_terms
    inner join holdings
        on changed_terms.account_id = holdings.account_id
    inner join product_months
        on holdings.product_id = product_months.product_id
    where changed_terms.product_id is null

    union all

    select
        account_months.account_id,
        account_months.product_id,
        account_months.revenue_month,
        changed_terms.change_number
    from changed_terms
    inner join account_months
        on changed_terms.account_id = account_months.account_id
    where changed_terms.product_id is null

    union all

    -- A flow that never made a balance still changes the AUM of its month.
    select
        flows.account_id,
        flows.product_id,
        {{ month_start('flows.trade_date') }} as revenue_month,
        changed_terms.change_number
    from changed_terms
    inner join flows
        on changed_terms.account_id = flows.account_id
    where changed_terms.product_id is null

),

changed_months as (

    select
        account_id,
        product_id,
        revenue_month,
        max(change_number) as change_number
    from affected_months
    group by
        account_id,
        product_id,
        revenue_month

),

-- Entries of a month, including those that no longer exist.
actual_entries as (

    select distinct
        account_id,
        product_id,
        revenue_month,
        revenue_id
    from term_log
    where revenue_id is not null

),

changed_entries as (

    select
        account_id,
        product_id,
        revenue_month,
        {{ estimate_id('account_id', 'product_id', 'revenue_month') }} as revenue_id,
        change_number
    from changed_months

    union all

    select
        changed_months.account_id,
        changed_months.product_id,
        changed_months.revenue_month,
        actual_entries.revenue_id,
        changed_months.change_number
    from changed_months
    inner join actual_entries
        on
            changed_months.account_id = actual_entries.account_id
            and changed_months.product_id = actual_entries.product_id
            and changed_months.revenue_month = actual_entries.revenue_month

)

select * from changed_entries
