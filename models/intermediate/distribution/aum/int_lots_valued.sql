with

lots as (

    select * from {{ ref('int_lots_retained') }}

),

product_days as (

    select * from {{ ref('int_product_days_priced') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

terms as (

    select
        product_days.product_id,
        product_days.price,
        product_days.annual_fee_rate
    from product_days
    inner join as_of
        on product_days.date_day = as_of.as_of_date

),

open_lots as (

    select
        lots.flow_id,
        lots.product_id,
        lots.relief_method,
        lots.basis,
        lots.is_cohort_member,
        lots.trade_date,
        lots.age_days,
        lots.held_quantity as retained_quantity,
        lots.held_amount as retained_amount,
        terms.annual_fee_rate,
        case lots.basis
            when 'units'
                then {{ rounded_product(
                    'cast(lots.held_quantity as numeric(28, 6))', 'terms.price', 28, 6
                ) }}
            else lots.held_amount
        end as market_value
    from lots
    left join terms
        on lots.product_id = terms.product_id
    where
        lots.is_as_of
        and lots.held_quantity > 0

),

valued as (

    select
        *,
        {{ rounded_product('market_value', 'annual_fee_rate', 28, 10) }}
            as annual_revenue
    from open_lots

)

select * from valued
