{%- set window_months = whole_number_setting('activity_window_months', least=1) -%}

with

sales as (

    select * from {{ ref('int_buyer_sales_summed') }}

),

accounts as (

    select * from {{ ref('int_accounts_dated') }}

),

coverage as (

    select * from {{ ref('int_advisors_covered') }}

),

windowed as (

    select
        *,
        sum(gross_sales_amount) over activity_window as window_gross_sales_amount,
        sum(has_sale) over activity_window > 0 as is_active
    from sales
    window
        activity_window as (
            partition by buyer_type, buyer_id
            order by activity_month
            rows between {{ window_months - 1 }} preceding and current row
        )

),

sales_with_prior_month as (

    select
        *,
        lag(is_active) over (
            partition by buyer_type, buyer_id
            order by activity_month
        ) as was_active
    from windowed

),

advised as (

    select
        sales_with_prior_month.*,
        case
            when sales_with_prior_month.buyer_type = 'advisor'
                then sales_with_prior_month.buyer_id
            else accounts.advisor_id
        end as advisor_id
    from sales_with_prior_month
    left join accounts
        on
            sales_with_prior_month.buyer_type = 'account'
            and sales_with_prior_month.buyer_id = accounts.account_id
            and sales_with_prior_month.covered_on >= accounts.valid_from
            and sales_with_prior_month.covered_on < accounts.valid_to

),

classified as (

    select
        advised.buyer_type,
        advised.buyer_id,
        advised.activity_month,
        advised.advisor_id,
        coverage.territory_id,
        coverage.wholesaler_id,
        advised.first_sale_month,
        advised.is_active,
        advised.is_partial,
        cast(advised.gross_sales_amount as numeric(18, 2)) as gross_sales_amount,
        cast(advised.window_gross_sales_amount as numeric(18, 2))
            as window_gross_sales_amount,
        case
            when advised.was_active is null then 'new'
            when advised.was_active and advised.is_active then 'active'
            when advised.was_active then 'lost'
            when advised.is_active then 'reactivated'
            else 'inactive'
        end as activity_status
    from advised
    left join coverage
        on
            advised.advisor_id = coverage.advisor_id
            and advised.covered_on >= coverage.valid_from
            and advised.covered_on < coverage.valid_to

)

select * from classified
