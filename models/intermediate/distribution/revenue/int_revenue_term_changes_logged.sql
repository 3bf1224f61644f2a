{{ config(materialized='change_log', meta={'logged_by': 'term_id'}) }}

with

product_days as (

    select * from {{ ref('int_product_days_priced') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

fee_versions as (

    select * from {{ ref('int_fee_months_identified') }}

),

fee_months as (

    select * from {{ ref('int_fee_months_billed') }}

),

transits as (

    select * from {{ ref('int_balances_by_month_held') }}
    where account_id = 'in_transit'

),

actual_revenue as (

    select * from {{ ref('stg_distribution__actual_revenue') }}
    where {{ is_known('booked_date') }}

),

accounts as (

    select * from {{ ref('stg_distribution__accounts') }}

),

dated_accounts as (

    select * from {{ ref('int_accounts_dated') }}

),

coverage as (

    select * from {{ ref('int_advisors_covered') }}

),

advisors as (

    select * from {{ ref('stg_distribution__advisors') }}

),

firms as (

    select * from {{ ref('stg_distribution__firms') }}

),

channels as (

    select * from {{ ref('stg_distribution__channels') }}

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

-- Each day is digested by itself, without running sums: revenue and AUM read only the
-- differences of these.
days as (

    select
        'days' as kind,
        cast(null as text) as account_id,
        product_days.product_id,
        cast(null as text) as revenue_id,
        {{ month_start('product_days.date_day') }} as revenue_month,
        {{ row_digest([
            'product_days.date_day',
            'product_days.price',
            'product_days.price_date',
            'product_days.split_value',
            'product_days.currency_price_change',
            'product_days.gross_fee_rate',
            'product_days.annual_fee_rate',
            'products.product_id',
        ]) }} as digest
    from product_days
    inner join as_of
        on product_days.date_day <= as_of.as_of_date
    left join products
        on product_days.product_id = products.product_id

),

bills as (

    select
        'bills' as kind,
        fee_versions.account_id,
        fee_versions.product_id,
        cast(null as text) as revenue_id,
        fee_versions.month_start_date as revenue_month,
        {{ row_digest(['fee_versions', 'fee_months']) }} as digest
    from fee_versions
    left join fee_months
        on
            fee_versions.account_id = fee_months.account_id
            and fee_versions.product_id = fee_months.product_id
            and fee_versions.month_start_date = fee_months.month_start_date
            and fee_versions.known_date = fee_months.known_date

),

-- What is in transit changes with any transfer of the product.
balances_in_transit as (

    select
        'transit' as kind,
        account_id,
        product_id,
        cast(null as text) as revenue_id,
        month_start_date as revenue_month,
        {{ row_digest(['transits']) }} as digest
    from transits

),

actuals as (

    select
        'actual' as kind,
        coalesce(actual_revenue.account_id, 'unassigned') as account_id,
        actual_revenue.product_id,
        actual_revenue.revenue_id,
        {{ month_start('actual_revenue.period_end_date') }} as revenue_month,
        {{ row_digest(['actual_revenue', 'products.product_id']) }} as digest
    from actual_revenue
    inner join as_of
        on actual_revenue.period_end_date <= as_of.as_of_date
    left join products
        on actual_revenue.product_id = products.product_id

),

-- The advisors and firms that an account's revenue is credited to, over all time.
attributions as (

    select
        'account' as kind,
        coalesce(dated_accounts.account_id, accounts.account_id) as account_id,
        cast(null as text) as product_id,
        cast(null as text) as revenue_id,
        cast(null as date) as revenue_month,
        {{ row_digest([
            'accounts.account_id',
            'dated_accounts.valid_from',
            'dated_accounts.valid_to',
            'coverage',
            'advisors.advisor_id',
            'firms.firm_id',
            'channels.channel_id',
            'territories.territory_id',
            'wholesalers.wholesaler_id',
        ]) }} as digest
    from accounts
    full outer join dated_accounts
        on accounts.account_id = dated_accounts.account_id
    left join coverage
        on
            dated_accounts.advisor_id = coverage.advisor_id
            and dated_accounts.valid_from < coverage.valid_to
            and dated_accounts.valid_to > coverage.valid_from
    left join advisors
        on dated_accounts.advisor_id = advisors.advisor_id
    left join firms
        on coverage.firm_id = firms.firm_id
    left join channels
        on firms.channel_id = channels.channel_id
    left join territories
        on coverage.territory_id = territories.territory_id
    left join wholesalers
        on coverage.wholesaler_id = wholesalers.wholesaler_id

),

term_digests as (

    select * from days
    union all
    select * from bills
    union all
    select * from balances_in_transit
    union all
    select * from actuals
    union all
    select * from attributions

),

terms_digested as (

    select
        account_id,
        product_id,
        revenue_id,
        revenue_month,
        cast(sum(cast(digest as numeric(38, 0))) as numeric(38, 0)) as digest,
        kind
        || '|' || coalesce(account_id, '')
        || '|' || coalesce(product_id, '')
        || '|' || coalesce(revenue_id, '')
        || '|' || coalesce(cast(revenue_month as text), '') as term_id
    from term_digests
    group by
        kind,
        account_id,
        product_id,
        revenue_id,
        revenue_month

)

select * from terms_digested
