-- An estimate and its rounding remainder add up to the accrual. The remainder is at
-- most half a cent, or a cent in a restatement or where a bill is shared.
with

revenue as (

    select * from {{ ref('fact_revenue') }}

)

select
    revenue_key,
    accrued_amount,
    revenue_amount,
    rounding_remainder_amount
from revenue
where
    is_estimate
    and (
        accrued_amount <> revenue_amount + rounding_remainder_amount
        or abs(rounding_remainder_amount) > 0.01
    )
