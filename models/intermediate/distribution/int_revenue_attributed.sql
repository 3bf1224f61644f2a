with

accrued as (

    select * from {{ ref('int_revenue_accrued') }}

),

actual_revenue as (

    select * from {{ ref('stg_distribution__actual_revenue') }}
    where {{ is_known('booked_date') }}

),

accounts as (

    select * from {{ ref('stg_distribution__accounts') }}

),

coverage as (

    select * from {{ ref('int_advisors_covered') }}

),

as_of as (

    select * from {{ ref('int_as_of_date_settled') }}

),

estimates as (

    select
        account_id || '|' || product_id || '|' || cast(revenue_month as text)
            as revenue_id,
        true as is_estimate,
        account_id,
        product_id,
        basis,
        revenue_month,
        revenue_month as period_start_date,
        last_held_date as period_end_date,
        last_held_date as booked_date,
        accrued_amount,
        cast(round(accrued_amount, 2) as numeric(18, 2)) as revenue_amount,
        aum_days
    from accrued

),

actuals as (

    select
        actual_revenue.revenue_id,
        false as is_estimate,
        coalesce(actual_revenue.account_id, 'unassigned') as account_id,
        actual_revenue.product_id,
        cast(null as text) as basis,
        {{ month_start('actual_revenue.period_end_date') }} as revenue_month,
        actual_revenue.period_start_date,
        actual_revenue.period_end_date,
        actual_revenue.booked_date,
        cast(null as numeric(28, 10)) as accrued_amount,
        actual_revenue.amount as revenue_amount,
        cast(null as numeric(28, 6)) as aum_days
    from actual_revenue
    cross join as_of
    where actual_revenue.period_end_date <= as_of.as_of_date

),

all_revenue as (

    select * from estimates
    union all
    select * from actuals

),

reported as (

    select
        *,
        not is_estimate
        or min(case when is_estimate then 1 else 0 end) over (
            partition by account_id, product_id, revenue_month
        ) = 1 as is_reported
    from all_revenue

),

attributed as (

    select
        reported.*,
        accounts.advisor_id,
        coverage.firm_id,
        coverage.territory_id,
        coverage.wholesaler_id
    from reported
    left join accounts
        on reported.account_id = accounts.account_id
    left join coverage
        on
            accounts.advisor_id = coverage.advisor_id
            and reported.period_end_date >= coverage.valid_from
            and reported.period_end_date < coverage.valid_to

)

select * from attributed
