{%- set window_months = whole_number_setting('activity_window_months', least=1) %}

with

flows as (

    select * from {{ ref('net_flows_monthly') }}

),

market as (

    select * from {{ ref('stg_distribution__market_sales') }}

),

universe as (

    select * from {{ ref('stg_distribution__advisor_universe') }}

),

territories as (

    select * from {{ ref('dim_territories') }}

),

months as (

    select * from {{ ref('int_months_windowed') }}

),

universe_periods as (

    select
        territory_id,
        advisor_count,
        valid_from,
        {{ period_end('valid_to', 'valid_from', 'territory_id') }} as valid_to
    from universe

),

territory_months as (

    select
        months.month_start_date as sales_month,
        months.month_end_date,
        months.is_partial,
        territories.territory_key,
        territories.territory_id
    from months
    cross join territories

),

own_monthly as (

    select
        flow_month,
        territory_key,
        sum(gross_sales_amount) as gross_sales_amount
    from flows
    group by flow_month, territory_key

),

own_windows as (

    select
        months.month_start_date as sales_month,
        own_monthly.territory_key,
        sum(
            case
                when months.month_start_date = own_monthly.flow_month
                    then own_monthly.gross_sales_amount
                else 0
            end
        ) as gross_sales_amount,
        sum(own_monthly.gross_sales_amount) as window_gross_sales_amount
    from months
    inner join own_monthly
        on
            months.window_start_date <= own_monthly.flow_month
            and months.month_start_date >= own_monthly.flow_month
    group by months.month_start_date, own_monthly.territory_key

),

advisor_sales as (

    select
        flow_month,
        territory_key,
        advisor_key
    from flows
    where advisor_key <> {{ unassigned_key() }}
    group by flow_month, territory_key, advisor_key
    having sum(gross_sales_amount) > 0

),

sellers as (

    select
        months.month_start_date as sales_month,
        advisor_sales.territory_key,
        count(distinct advisor_sales.advisor_key) as selling_advisors
    from months
    inner join advisor_sales
        on
            months.window_start_date <= advisor_sales.flow_month
            and months.month_start_date >= advisor_sales.flow_month
    group by months.month_start_date, advisor_sales.territory_key

),

-- A window with a month that no provider has reported yet has no known market.
market_windows as (

    select
        months.month_start_date as sales_month,
        market.territory_id,
        sum(
            case
                when months.month_start_date = market.period_start_date
                    then market.amount
            end
        ) as market_sales_amount,
        case
            when count(distinct market.period_start_date) = {{ window_months }}
                then sum(market.amount)
        end as window_market_sales_amount
    from months
    inner join market
        on
            months.window_start_date <= market.period_start_date
            and months.month_start_date >= market.period_start_date
    group by months.month_start_date, market.territory_id

),

gathered as (

    select
        territory_months.sales_month,
        territory_months.territory_key,
        territory_months.is_partial,
        cast(coalesce(own_windows.gross_sales_amount, 0) as numeric(18, 2))
            as gross_sales_amount,
        cast(coalesce(own_windows.window_gross_sales_amount, 0) as numeric(18, 2))
            as window_gross_sales_amount,
        cast(market_windows.market_sales_amount as numeric(18, 2))
            as market_sales_amount,
        cast(market_windows.window_market_sales_amount as numeric(18, 2))
            as window_market_sales_amount,
        cast(coalesce(sellers.selling_advisors, 0) as integer) as selling_advisors,
        universe_periods.advisor_count as universe_advisors
    from territory_months
    left join own_windows
        on
            territory_months.sales_month = own_windows.sales_month
            and territory_months.territory_key = own_windows.territory_key
    left join sellers
        on
            territory_months.sales_month = sellers.sales_month
            and territory_months.territory_key = sellers.territory_key
    left join market_windows
        on
            territory_months.sales_month = market_windows.sales_month
            and territory_months.territory_id = market_windows.territory_id
    left join universe_periods
        on
            territory_months.territory_id = universe_periods.territory_id
            and territory_months.month_end_date >= universe_periods.valid_from
            and territory_months.month_end_date < universe_periods.valid_to

),

rated as (

    select
        *,
        {{ ratio('gross_sales_amount', 'market_sales_amount') }}
            as territory_share_rate,
        {{ ratio('window_gross_sales_amount', 'window_market_sales_amount') }}
            as window_territory_share_rate,
        {{ ratio(
            'cast(selling_advisors as numeric(18, 0))',
            'cast(universe_advisors as numeric(18, 0))'
        ) }} as penetration_rate
    from gathered

),

ranked as (

    select
        *,
        ntile(5) over (
            partition by sales_month, territory_share_rate is null
            order by territory_share_rate desc, territory_key asc
        ) as share_fifth
    from rated

),

placed as (

    select
        sales_month,
        territory_key,
        is_partial,
        gross_sales_amount,
        window_gross_sales_amount,
        market_sales_amount,
        window_market_sales_amount,
        territory_share_rate,
        window_territory_share_rate,
        cast(
            case when territory_share_rate is not null then share_fifth end as integer
        ) as share_quintile,
        selling_advisors,
        universe_advisors,
        penetration_rate
    from ranked

)

select * from placed
