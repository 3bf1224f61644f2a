{{ config(
    materialized='incremental_by_change',
    meta={'changes_with': 'revenue_month'},
) }}

with

accruals as (

    select * from {{ ref('int_revenue_accrued') }}
    where {{ is_changed('revenue_month') }}

),

actual_revenue as (

    select
        revenue_id,
        product_id,
        period_start_date,
        period_end_date,
        booked_date,
        amount,
        coalesce(account_id, 'unassigned') as account_id,
        {{ month_start('period_end_date') }} as revenue_month
    from {{ ref('stg_distribution__actual_revenue') }}
    where {{ is_known('booked_date') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

-- Each accrual of a month with the period in which it was the one known; the first as
-- known at the end of the month.
versions as (

    select
        accruals.*,
        case
            when row_number() over by_knowledge = 1 then accruals.last_held_date
            else accruals.known_date
        end as booked_date,
        coalesce(lead(accruals.known_date) over by_knowledge, {{ end_of_time() }})
            as superseded_date,
        row_number() over by_knowledge as version_number,
        coalesce(lag(accruals.revenue_amount) over by_knowledge, 0)
            as earlier_revenue_amount,
        coalesce(lag(accruals.gross_revenue_amount) over by_knowledge, 0)
            as earlier_gross_revenue_amount,
        coalesce(lag(accruals.accrued_amount) over by_knowledge, 0)
            as earlier_accrued_amount
    from accruals
    window by_knowledge as (
        partition by account_id, product_id, revenue_month
        order by known_date
    )

),

-- The first accrual of a month, even where no fee is known, then the change that each
-- later one makes: the difference of rounded amounts.
estimates as (

    select
        {{ estimate_id('account_id', 'product_id', 'revenue_month') }} as revenue_id,
        case when version_number = 1 then 'estimate' else 'restatement' end
            as entry_type,
        account_id,
        product_id,
        basis,
        revenue_month,
        revenue_month as period_start_date,
        last_held_date as period_end_date,
        booked_date,
        cast(accrued_amount - earlier_accrued_amount as numeric(28, 10))
            as accrued_amount,
        cast(revenue_amount - earlier_revenue_amount as numeric(18, 2))
            as revenue_amount,
        cast(gross_revenue_amount - earlier_gross_revenue_amount as numeric(18, 2))
            as gross_revenue_amount,
        cast(case when version_number = 1 then aum_days end as numeric(28, 6))
            as aum_days
    from versions
    where
        version_number = 1
        or accrued_amount <> earlier_accrued_amount
        or revenue_amount <> earlier_revenue_amount
        or gross_revenue_amount <> earlier_gross_revenue_amount

),

actuals as (

    select
        actual_revenue.revenue_id,
        'actual' as entry_type,
        actual_revenue.account_id,
        actual_revenue.product_id,
        cast(null as text) as basis,
        actual_revenue.revenue_month,
        actual_revenue.period_start_date,
        actual_revenue.period_end_date,
        actual_revenue.booked_date,
        cast(null as numeric(28, 10)) as accrued_amount,
        actual_revenue.amount as revenue_amount,
        cast(null as numeric(18, 2)) as gross_revenue_amount,
        cast(null as numeric(28, 6)) as aum_days
    from actual_revenue
    cross join as_of
    where
        actual_revenue.period_end_date <= as_of.as_of_date
        and {{ is_changed('revenue_month') }}

),

actual_days as (

    select
        account_id,
        product_id,
        revenue_month,
        booked_date,
        min(period_start_date) as period_start_date,
        max(period_end_date) as period_end_date
    from actuals
    group by
        account_id,
        product_id,
        revenue_month,
        booked_date

),

-- From the first to the last day covered by the fees of the month booked so far.
fee_periods as (

    select
        account_id,
        product_id,
        revenue_month,
        booked_date,
        min(period_start_date) over so_far as covered_from,
        max(period_end_date) over so_far as covered_to,
        coalesce(lead(booked_date) over in_order, {{ end_of_time() }})
            as superseded_date
    from actual_days
    window
        in_order as (
            partition by account_id, product_id, revenue_month
            order by booked_date
        ),
        so_far as (
            partition by account_id, product_id, revenue_month
            order by booked_date
            rows between unbounded preceding and current row
        )

),

-- While there are both an estimate and fees, the days that the fees cover are reversed
-- from the estimate.
replaced_estimates as (

    select
        versions.account_id,
        versions.product_id,
        versions.basis,
        versions.revenue_month,
        versions.last_held_date,
        greatest(versions.booked_date, fee_periods.booked_date) as booked_date,
        {{ prorated_amount(
            'versions.revenue_amount',
            'greatest(0, ' ~ days_between(
                'greatest(versions.first_held_date, fee_periods.covered_from)',
                'least(versions.last_held_date, fee_periods.covered_to)'
            ) ~ ' + 1)',
            days_between('versions.first_held_date', 'versions.last_held_date') ~ ' + 1'
        ) }} as reversed_amount
    from versions
    inner join fee_periods
        on
            versions.account_id = fee_periods.account_id
            and versions.product_id = fee_periods.product_id
            and versions.revenue_month = fee_periods.revenue_month
            and versions.booked_date < fee_periods.superseded_date
            and versions.superseded_date > fee_periods.booked_date

),

reversal_steps as (

    select
        account_id,
        product_id,
        basis,
        revenue_month,
        last_held_date,
        booked_date,
        cast(
            coalesce(
                lag(reversed_amount) over (
                    partition by account_id, product_id, revenue_month
                    order by booked_date
                ),
                0
            ) - reversed_amount as numeric(18, 2)
        ) as revenue_amount
    from replaced_estimates

),

reversals as (

    select
        {{ estimate_id('account_id', 'product_id', 'revenue_month') }} as revenue_id,
        'reversal' as entry_type,
        account_id,
        product_id,
        basis,
        revenue_month,
        revenue_month as period_start_date,
        last_held_date as period_end_date,
        booked_date,
        cast(null as numeric(28, 10)) as accrued_amount,
        revenue_amount,
        cast(null as numeric(18, 2)) as gross_revenue_amount,
        cast(null as numeric(28, 6)) as aum_days
    from reversal_steps
    where revenue_amount <> 0

),

entries as (

    select * from estimates
    union all
    select * from reversals
    union all
    select * from actuals

)

select * from entries
