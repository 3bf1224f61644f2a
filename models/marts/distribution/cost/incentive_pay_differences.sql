with

incentive_pay as (

    select * from {{ ref('incentive_pay') }}

),

compensation as (

    select * from {{ ref('fact_wholesaler_comp') }}
    where compensation_type = 'incentive'

),

credits as (

    select * from {{ ref('int_sales_credits_planned') }}

),

periods as (

    select * from {{ ref('int_pay_periods_sequenced') }}

),

pay_periods as (

    select * from {{ ref('dim_pay_periods') }}

),

wholesalers as (

    select * from {{ ref('dim_wholesalers') }}

),

-- A payment belongs to the pay period that holds the last day it is for.
paid as (

    select
        pay_periods.pay_period_key,
        compensation.wholesaler_key,
        compensation.compensation_amount as paid_amount
    from compensation
    inner join periods
        on
            compensation.period_end_date >= periods.period_start_date
            and compensation.period_end_date < periods.next_start_date
    inner join pay_periods
        on periods.pay_period_id = pay_periods.pay_period_id

),

unplanned as (

    select
        pay_periods.pay_period_key,
        wholesalers.wholesaler_key,
        credits.gross_sales_credit_amount
    from credits
    inner join periods
        on credits.period_sequence = periods.period_sequence
    inner join pay_periods
        on periods.pay_period_id = pay_periods.pay_period_id
    inner join wholesalers
        on credits.wholesaler_id = wholesalers.wholesaler_id
    where credits.plan_id is null

),

parts as (

    select
        pay_period_key,
        wholesaler_key,
        payable_amount,
        0 as paid_amount,
        0 as unplanned_gross_sales_credit_amount
    from incentive_pay

    union all

    select
        pay_period_key,
        wholesaler_key,
        0 as payable_amount,
        paid_amount,
        0 as unplanned_gross_sales_credit_amount
    from paid

    union all

    select
        pay_period_key,
        wholesaler_key,
        0 as payable_amount,
        0 as paid_amount,
        gross_sales_credit_amount as unplanned_gross_sales_credit_amount
    from unplanned

),

compared as (

    select
        parts.pay_period_key,
        pay_periods.period_end_date,
        parts.wholesaler_key,
        cast(sum(parts.payable_amount) as numeric(18, 2)) as payable_amount,
        cast(sum(parts.paid_amount) as numeric(18, 2)) as paid_amount,
        cast(sum(parts.paid_amount) - sum(parts.payable_amount) as numeric(18, 2))
            as difference_amount,
        cast(sum(parts.unplanned_gross_sales_credit_amount) as numeric(18, 2))
            as unplanned_gross_sales_credit_amount
    from parts
    inner join pay_periods
        on parts.pay_period_key = pay_periods.pay_period_key
    group by
        parts.pay_period_key,
        pay_periods.period_end_date,
        parts.wholesaler_key

)

select * from compared
