{%- set window_months = whole_number_setting('activity_window_months', least=1) -%}

with

flows as (

    select * from {{ ref('net_flows_monthly') }}

),

coverage as (

    select * from {{ ref('int_advisors_covered') }}

),

advisors as (

    select * from {{ ref('dim_advisors') }}

),

territories as (

    select * from {{ ref('dim_territories') }}

),

wholesalers as (

    select * from {{ ref('dim_wholesalers') }}

),

months as (

    select * from {{ ref('int_months_windowed') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

-- A month whose purchases were all cancelled has no sale.
monthly_sales as (

    select
        flow_month,
        advisor_key,
        sum(gross_sales_amount) as gross_sales_amount
    from flows
    where advisor_key <> {{ unassigned_key() }}
    group by flow_month, advisor_key

),

first_sales as (

    select
        advisor_key,
        min(flow_month) as first_sale_month
    from monthly_sales
    where gross_sales_amount > 0
    group by advisor_key

),

spine as (

    select
        first_sales.advisor_key,
        first_sales.first_sale_month,
        months.month_start_date as activity_month,
        months.month_end_date,
        months.is_partial
    from first_sales
    inner join months
        on first_sales.first_sale_month <= months.month_start_date

),

sold as (

    select
        spine.*,
        coalesce(monthly_sales.gross_sales_amount, 0) as gross_sales_amount,
        case when monthly_sales.gross_sales_amount > 0 then 1 else 0 end as has_sale
    from spine
    left join monthly_sales
        on
            spine.advisor_key = monthly_sales.advisor_key
            and spine.activity_month = monthly_sales.flow_month

),

windowed as (

    select
        *,
        sum(gross_sales_amount) over activity_window as window_gross_sales_amount,
        sum(has_sale) over activity_window > 0 as is_active
    from sold
    window
        activity_window as (
            partition by advisor_key
            order by activity_month
            rows between {{ window_months - 1 }} preceding and current row
        )

),

sales_with_prior_month as (

    select
        *,
        lag(is_active) over (
            partition by advisor_key
            order by activity_month
        ) as was_active
    from windowed

),

dated as (

    select
        sales_with_prior_month.*,
        least(sales_with_prior_month.month_end_date, as_of.as_of_date) as covered_on
    from sales_with_prior_month
    cross join as_of

),

keyed as (

    select
        dated.activity_month,
        dated.advisor_key,
        {{ member_key('territories.territory_key') }} as territory_key,
        {{ member_key('wholesalers.wholesaler_key') }} as wholesaler_key,
        dated.first_sale_month,
        cast(dated.gross_sales_amount as numeric(18, 2)) as gross_sales_amount,
        cast(dated.window_gross_sales_amount as numeric(18, 2))
            as window_gross_sales_amount,
        case
            when dated.was_active is null then 'new'
            when dated.was_active and dated.is_active then 'active'
            when dated.was_active then 'lost'
            when dated.is_active then 'reactivated'
            else 'inactive'
        end as activity_status,
        dated.is_active,
        dated.is_partial
    from dated
    inner join advisors
        on dated.advisor_key = advisors.advisor_key
    left join coverage
        on
            advisors.advisor_id = coverage.advisor_id
            and dated.covered_on >= coverage.valid_from
            and dated.covered_on < coverage.valid_to
    left join territories
        on coverage.territory_id = territories.territory_id
    left join wholesalers
        on coverage.wholesaler_id = wholesalers.wholesaler_id

)

select * from keyed
