-- Pay due, pay made and credit that no plan pays each appear once in the comparison.
with

compared as (

    select
        coalesce(sum(payable_amount), 0) as payable_amount,
        coalesce(sum(paid_amount), 0) as paid_amount,
        coalesce(sum(unplanned_gross_sales_credit_amount), 0) as unplanned_amount
    from {{ ref('incentive_pay_differences') }}

),

expected as (

    select
        (
            select coalesce(sum(payable_amount), 0)
            from {{ ref('incentive_pay') }}
        ) as payable_amount,
        (
            select coalesce(sum(compensation_amount), 0)
            from {{ ref('fact_wholesaler_comp') }}
            where compensation_type = 'incentive'
        ) as paid_amount,
        (
            select coalesce(sum(gross_sales_credit_amount), 0)
            from {{ ref('int_sales_credits_planned') }}
            where plan_id is null
        ) as unplanned_amount

)

select
    compared.*,
    expected.payable_amount as expected_payable_amount,
    expected.paid_amount as expected_paid_amount,
    expected.unplanned_amount as expected_unplanned_amount
from compared
cross join expected
where
    compared.payable_amount <> expected.payable_amount
    or compared.paid_amount <> expected.paid_amount
    or compared.unplanned_amount <> expected.unplanned_amount
