-- An estimate and what rounding left make the accrual; at most half a cent is left,
-- or a cent where what is left moves or a bill is shared.
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
