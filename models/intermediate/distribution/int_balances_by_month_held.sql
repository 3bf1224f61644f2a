-- A view: a join of two tables that are there already, read by a few tables.
{{ config(materialized='view') }}

with

balances as (

    select * from {{ ref('int_balances_held') }}

),

product_days as (

    select * from {{ ref('int_product_days_priced') }}

),

-- Only months that a product has days in: every balance is held against each of them.
months as (

    select distinct
        {{ month_start('date_day') }} as month_start_date,
        {{ next_month_start('date_day') }} as next_month_start_date
    from product_days

),

pieces as (

    select
        balances.account_id,
        balances.product_id,
        balances.basis,
        balances.held_quantity,
        months.month_start_date,
        greatest(balances.valid_from, months.month_start_date) as valid_from,
        least(balances.valid_to, months.next_month_start_date) as valid_to
    from balances
    inner join months
        on
            balances.valid_from < months.next_month_start_date
            and balances.valid_to > months.month_start_date
    where balances.held_quantity > 0

)

select * from pieces
