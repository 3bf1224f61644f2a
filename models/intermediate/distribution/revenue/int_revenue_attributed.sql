{{ config(
    materialized='incremental_by_change',
    meta={'changes_with': 'revenue_month'},
) }}

with

revenue as (

    select * from {{ ref('int_revenue_booked') }}
    where {{ is_changed('revenue_month') }}

),

accounts as (

    select * from {{ ref('int_accounts_dated') }}

),

coverage as (

    select * from {{ ref('int_advisors_covered') }}

),

attributed as (

    select
        revenue.revenue_id,
        revenue.entry_type,
        revenue.account_id,
        revenue.product_id,
        revenue.basis,
        revenue.revenue_month,
        revenue.period_start_date,
        revenue.period_end_date,
        revenue.booked_date,
        revenue.accrued_amount,
        revenue.revenue_amount,
        revenue.gross_revenue_amount,
        revenue.aum_days,
        accounts.advisor_id,
        coverage.firm_id,
        coverage.territory_id,
        coverage.wholesaler_id
    from revenue
    left join accounts
        on
            revenue.account_id = accounts.account_id
            and revenue.period_end_date >= accounts.valid_from
            and revenue.period_end_date < accounts.valid_to
    left join coverage
        on
            accounts.advisor_id = coverage.advisor_id
            and revenue.period_end_date >= coverage.valid_from
            and revenue.period_end_date < coverage.valid_to

)

select * from attributed
