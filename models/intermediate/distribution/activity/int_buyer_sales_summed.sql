with

flows as (

    select * from {{ ref('int_flows_attributed') }}

),

months as (

    select * from {{ ref('int_months_windowed') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

buyer_flows as (

    select
        'advisor' as buyer_type,
        advisor_id as buyer_id,
        gross_sales_amount,
        trade_date
    from flows
    where advisor_id is not null

    union all

    select
        'account' as buyer_type,
        account_id as buyer_id,
        gross_sales_amount,
        trade_date
    from flows
    where account_id is not null

),

monthly_sales as (

    select
        buyer_flows.buyer_type,
        buyer_flows.buyer_id,
        {{ month_start('buyer_flows.trade_date') }} as sale_month,
        sum(buyer_flows.gross_sales_amount) as gross_sales_amount
    from buyer_flows
    inner join as_of
        on buyer_flows.trade_date <= as_of.as_of_date
    group by
        buyer_flows.buyer_type,
        buyer_flows.buyer_id,
        {{ month_start('buyer_flows.trade_date') }}

),

-- A month whose purchases were all cancelled, or moved no money, has no sale.
first_sales as (

    select
        buyer_type,
        buyer_id,
        min(sale_month) as first_sale_month
    from monthly_sales
    where gross_sales_amount > 0
    group by buyer_type, buyer_id

),

spine as (

    select
        first_sales.buyer_type,
        first_sales.buyer_id,
        first_sales.first_sale_month,
        months.month_start_date as activity_month,
        months.is_partial,
        least(months.month_end_date, as_of.as_of_date) as covered_on
    from first_sales
    inner join months
        on first_sales.first_sale_month <= months.month_start_date
    cross join as_of

),

sold as (

    select
        spine.*,
        cast(
            coalesce(monthly_sales.gross_sales_amount, 0) as numeric(18, 2)
        ) as gross_sales_amount,
        case when monthly_sales.gross_sales_amount > 0 then 1 else 0 end as has_sale
    from spine
    left join monthly_sales
        on
            spine.buyer_type = monthly_sales.buyer_type
            and spine.buyer_id = monthly_sales.buyer_id
            and spine.activity_month = monthly_sales.sale_month

)

select * from sold
