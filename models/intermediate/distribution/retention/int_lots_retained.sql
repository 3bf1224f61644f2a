-- A view, because a new day changes only which lots have reached an age; the table
-- below has everything else.
{{ config(materialized='view') }}

with

lots as (

    select * from {{ ref('int_lots_followed') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

aged as (

    select
        lots.*,
        as_of.as_of_date,
        coalesce(
            lots.age_days, {{ days_between('lots.trade_date', 'as_of.as_of_date') }}
        ) as reached_age_days
    from lots
    cross join as_of

),

retained as (

    select
        flow_id,
        account_id,
        product_id,
        relief_method,
        basis,
        is_cohort_member,
        is_as_of,
        reached_age_days as age_days,
        lot_date_source,
        trade_date,
        {{ add_days('trade_date', 'reached_age_days') }} as snapshot_date,
        original_amount,
        original_quantity,
        retained_quantity,
        retained_amount,
        retained_in_product_quantity,
        retained_in_product_amount,
        held_quantity,
        held_amount
    from aged
    where {{ add_days('trade_date', 'reached_age_days') }} <= as_of_date

)

select * from retained
