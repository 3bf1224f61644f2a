with

flows as (

    select * from {{ ref('fact_aum_flows') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

product_days as (

    select * from {{ ref('int_product_days_priced') }}

),

rollforward as (

    select * from {{ ref('aum_rollforward_monthly') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

rated_flows as (

    select
        flows.product_key,
        flows.wholesaler_key,
        flows.gross_sales_amount,
        flows.redemption_amount,
        flows.firm_net_flow_amount,
        flows.product_net_flow_amount,
        product_days.annual_fee_rate,
        {{ month_start('flows.trade_date') }} as flow_month
    from flows
    cross join as_of
    inner join products
        on flows.product_key = products.product_key
    left join product_days
        on
            products.product_id = product_days.product_id
            and flows.trade_date = product_days.date_day
    where flows.trade_date <= as_of.as_of_date

),

-- Annual revenue of the month's opening assets at that day's rates.
openings as (

    select
        rollforward.aum_month as flow_month,
        rollforward.product_key,
        rollforward.wholesaler_key,
        sum(
            cast(rollforward.opening_aum_amount as numeric(28, 2))
            * product_days.annual_fee_rate
        ) as opening_annual_revenue_amount
    from rollforward
    left join product_days
        on
            rollforward.product_id = product_days.product_id
            and rollforward.aum_month = product_days.date_day
    group by
        rollforward.aum_month,
        rollforward.product_key,
        rollforward.wholesaler_key

),

summed as (

    select
        flow_month,
        product_key,
        wholesaler_key,
        {% for measure, amount in [
            ('inflow', 'gross_sales_amount'),
            ('outflow', 'redemption_amount'),
            ('net_new', 'firm_net_flow_amount'),
            ('mix', 'product_net_flow_amount - firm_net_flow_amount'),
        ] -%}
            sum(
                cast({{ amount }} as numeric(28, 2)) * annual_fee_rate
            ) as {{ measure }}_annual_revenue_amount,
        {% endfor -%}
        sum(
            case
                when annual_fee_rate is null
                    then gross_sales_amount + redemption_amount
                else 0
            end
        ) as unrated_flow_amount
    from rated_flows
    group by
        flow_month,
        product_key,
        wholesaler_key

),

keys as (

    select
        flow_month,
        product_key,
        wholesaler_key
    from summed

    union

    select
        flow_month,
        product_key,
        wholesaler_key
    from openings

),

joined as (

    select
        keys.flow_month,
        keys.product_key,
        keys.wholesaler_key,
        {% for measure in ['inflow', 'outflow', 'net_new', 'mix'] -%}
            cast(
                case
                    when summed.flow_month is null then 0
                    else summed.{{ measure }}_annual_revenue_amount
                end as numeric(28, 10)
            ) as {{ measure }}_annual_revenue_amount,
        {% endfor -%}
        cast(openings.opening_annual_revenue_amount as numeric(28, 10))
            as opening_annual_revenue_amount,
        cast(coalesce(summed.unrated_flow_amount, 0) as numeric(18, 2))
            as unrated_flow_amount
    from keys
    left join summed
        on
            keys.flow_month = summed.flow_month
            and keys.product_key = summed.product_key
            and keys.wholesaler_key = summed.wholesaler_key
    left join openings
        on
            keys.flow_month = openings.flow_month
            and keys.product_key = openings.product_key
            and keys.wholesaler_key = openings.wholesaler_key

),

measured as (

    select
        *,
        {{ ratio(
            'net_new_annual_revenue_amount',
            'opening_annual_revenue_amount',
            input_scale=10
        ) }} as organic_fee_growth_rate
    from joined

)

select * from measured
