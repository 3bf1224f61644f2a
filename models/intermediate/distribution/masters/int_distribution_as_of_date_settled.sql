with

flows as (

    select * from {{ ref('stg_distribution__aum_flows') }}
    where {{ is_known('booked_date') }}

),

prices as (

    select * from {{ ref('stg_distribution__product_prices') }}
    where {{ is_known('price_date') }}

),

business_dates as (

    select max(trade_date) as business_date from flows
    union all
    select max(price_date) as business_date from prices

),

settled as (

    select
        coalesce(
            cast({{ as_of_date_setting('distribution') }} as date),
            max(business_date),
            -- Without a flow or a price there is no business date, and nothing counts.
            cast('{{ var("calendar_start_date") }}' as date)
        ) as as_of_date
    from business_dates

)

select * from settled
