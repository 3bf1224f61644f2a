-- Closing AUM of an account and product is the opening of the next calendar month: no
-- month in between is missing, and no opening lacks a closing.
with

months as (

    select * from {{ ref('aum_rollforward_monthly') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

closings as (

    select
        months.account_id,
        months.product_id,
        months.closing_aum_amount,
        {{ next_month_start('months.aum_month') }} as aum_month
    from months
    cross join as_of
    where {{ next_month_start('months.aum_month') }} <= as_of.as_of_date

)

select
    closings.closing_aum_amount,
    months.opening_aum_amount,
    coalesce(closings.account_id, months.account_id) as account_id,
    coalesce(closings.product_id, months.product_id) as product_id,
    coalesce(closings.aum_month, months.aum_month) as aum_month
from closings
full join months
    on
        closings.account_id = months.account_id
        and closings.product_id = months.product_id
        and closings.aum_month = months.aum_month
where
    case when closings.account_id is null then 0 else closings.closing_aum_amount end
    is distinct from
    case when months.account_id is null then 0 else months.opening_aum_amount end
