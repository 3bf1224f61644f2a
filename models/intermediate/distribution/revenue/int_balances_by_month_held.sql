-- A view, because it only joins two tables that exist already, and few tables read it.
{{ config(materialized='view') }}

with

balances as (

    select * from {{ ref('int_balances_held') }}

),

transit_legs as (

    select * from {{ ref('int_transfer_legs_delayed') }}
    where valid_from < valid_to

),

product_days as (

    select * from {{ ref('int_product_days_priced') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

-- Only months in which a product has days, because every balance is joined to each of
-- them.
months as (

    select distinct
        {{ month_start('date_day') }} as month_start_date,
        {{ next_month_start('date_day') }} as next_month_start_date
    from product_days

),

transit_changes as (

    select
        account_id,
        product_id,
        basis,
        valid_from as change_date,
        transit_quantity as change_quantity
    from transit_legs

    union all

    select
        account_id,
        product_id,
        basis,
        valid_to as change_date,
        -transit_quantity as change_quantity
    from transit_legs

),

transit_days as (

    select
        account_id,
        product_id,
        basis,
        change_date,
        sum(change_quantity) as change_quantity
    from transit_changes
    group by
        account_id,
        product_id,
        basis,
        change_date

),

transit_balances as (

    select
        account_id,
        product_id,
        basis,
        cast(
            sum(change_quantity) over in_order as numeric(28, 6)
        ) as held_quantity,
        change_date as valid_from,
        lead(change_date) over in_order as valid_to
    from transit_days
    window in_order as (
        partition by account_id, product_id
        order by change_date
    )

),

-- What is in transit is in no account but belongs to the firm. After the last change
-- nothing is in transit.
all_balances as (

    select
        account_id,
        product_id,
        basis,
        held_quantity,
        valid_from,
        valid_to
    from balances

    union all

    select
        account_id,
        product_id,
        basis,
        held_quantity,
        valid_from,
        valid_to
    from transit_balances
    where valid_to is not null

),

monthly_balances as (

    select
        balances.account_id,
        balances.product_id,
        balances.basis,
        balances.held_quantity,
        months.month_start_date,
        greatest(balances.valid_from, months.month_start_date) as valid_from,
        least(
            balances.valid_to,
            months.next_month_start_date,
            {{ add_days('as_of.as_of_date', 1) }}
        ) as valid_to
    from all_balances as balances
    cross join as_of
    inner join months
        on
            balances.valid_from < months.next_month_start_date
            and balances.valid_to > months.month_start_date
            and as_of.as_of_date >= months.month_start_date
    where balances.held_quantity <> 0

)

select * from monthly_balances
