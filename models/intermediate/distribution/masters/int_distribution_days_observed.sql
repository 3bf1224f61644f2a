with

flows as (

    select * from {{ ref('stg_distribution__aum_flows') }}
    where {{ is_known('booked_date') }}

),

prices as (

    select * from {{ ref('stg_distribution__product_prices') }}
    where {{ is_known('price_date') }}

),

-- A source that reports, even a zero, was open that day; a silent one was not.
observed as (

    select trade_date as date_day
    from flows

    union

    select price_date as date_day
    from prices

)

select * from observed
