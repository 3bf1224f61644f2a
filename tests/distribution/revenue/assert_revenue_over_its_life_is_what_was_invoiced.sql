-- An account, product and month with every day invoiced has earned its fees to the
-- cent; one without a fee has earned its last known accrual. Every entry is of one of
-- these two kinds, and waivers are between zero and the gross fee.
with

revenue as (

    select * from {{ ref('fact_revenue') }}

),

accrued as (

    select * from {{ ref('int_revenue_accrued') }}

),

actual_revenue as (

    select * from {{ ref('stg_distribution__actual_revenue') }}
    where {{ is_known('booked_date') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

invoiced as (

    select
        -- A fee that names no account is one of the unassigned account.
        coalesce(actual_revenue.account_id, 'unassigned')
        || '|' || actual_revenue.product_id
        || '|' || cast({{ month_start('actual_revenue.period_end_date') }} as text)
            as revenue_id,
        sum(actual_revenue.amount) as actual_amount,
        min(actual_revenue.period_start_date) as first_day,
        max(actual_revenue.period_end_date) as last_day
    from actual_revenue
    cross join as_of
    where actual_revenue.period_end_date <= as_of.as_of_date
    group by
        coalesce(actual_revenue.account_id, 'unassigned'),
        actual_revenue.product_id,
        {{ month_start('actual_revenue.period_end_date') }}

),

last_known as (

    select
        *,
        account_id || '|' || product_id || '|' || cast(revenue_month as text)
            as revenue_id
    from accrued
    where is_last_known

),

estimates as (

    select
        revenue_id,
        sum(revenue_amount) as estimate_left_amount,
        sum(gross_revenue_amount) as gross_revenue_amount,
        sum(waiver_amount) as waiver_amount
    from revenue
    where is_estimate
    group by revenue_id

)

select
    estimates.revenue_id,
    estimates.estimate_left_amount,
    last_known.revenue_amount,
    invoiced.actual_amount,
    estimates.waiver_amount,
    estimates.gross_revenue_amount
from last_known
inner join estimates
    on last_known.revenue_id = estimates.revenue_id
left join invoiced
    on last_known.revenue_id = invoiced.revenue_id
where
    (
        invoiced.revenue_id is null
        and estimates.estimate_left_amount <> last_known.revenue_amount
    )
    or (
        invoiced.first_day <= last_known.first_held_date
        and invoiced.last_day >= last_known.last_held_date
        and estimates.estimate_left_amount <> 0
    )
    or (
        last_known.revenue_amount >= 0
        and (
            estimates.waiver_amount < 0
            or estimates.waiver_amount > estimates.gross_revenue_amount
        )
    )
