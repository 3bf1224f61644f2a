with

lots as (

    select * from {{ ref('int_lots_valued') }}

),

flows as (

    select * from {{ ref('fact_aum_flows') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

-- A lot without a price has no market value; it is counted in unpriced_lots, not valued
-- at zero.
summed as (

    select
        as_of.as_of_date,
        flows.wholesaler_key,
        flows.product_key,
        lots.relief_method,
        lots.basis,
        lots.is_cohort_member,
        cast(count(*) as integer) as open_lots,
        cast(count(*) - count(lots.market_value) as integer) as unpriced_lots,
        cast(sum(lots.retained_quantity) as numeric(28, 6)) as retained_quantity,
        cast(
            sum(cast(lots.retained_quantity as numeric(28, 6)) * lots.age_days)
            as numeric(28, 6)
        ) as quantity_days,
        cast(sum(lots.retained_amount) as numeric(18, 2)) as retained_amount,
        cast(sum(lots.market_value) as numeric(18, 2)) as net_retained_aum_amount
    from lots
    inner join flows
        on lots.flow_id = flows.flow_id
    cross join as_of
    group by
        as_of.as_of_date,
        flows.wholesaler_key,
        flows.product_key,
        lots.relief_method,
        lots.basis,
        lots.is_cohort_member

),

aged as (

    select
        *,
        {{ ratio('quantity_days', 'retained_quantity', scale=4, input_scale=6) }}
            as open_lot_age_wtd_days
    from summed

)

select * from aged
