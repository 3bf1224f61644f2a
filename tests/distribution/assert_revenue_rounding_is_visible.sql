-- An estimate and what rounding left of it make the accrual, and at most half a cent is left.
with

revenue as (

    select * from {{ ref('fact_revenue') }}

)

select *
from revenue
where
    is_estimate
    and (
        accrued_amount <> revenue_amount + rounding_remainder_amount
        or abs(rounding_remainder_amount) > 0.005
    )
