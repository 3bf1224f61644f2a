{%- set early_days = whole_number_setting('early_redemption_days', least=1) -%}
{%- set default_method = chosen_setting('default_relief_method', relief_methods()) -%}

with

lots as (

    select * from {{ ref('int_lots_retained') }}
    where
        is_as_of
        and is_cohort_member
        and relief_method = '{{ default_method }}'

),

redeemed_lots as (

    select * from {{ ref('int_lots_redeemed') }}

),

flows as (

    select * from {{ ref('fact_aum_flows') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

early_reliefs as (

    select
        lot_flow_id,
        sum(relieved_amount) as early_redemption_amount
    from redeemed_lots
    where is_early
    group by lot_flow_id

),

cohort_lots as (

    select
        {{ month_start('lots.trade_date') }} as cohort_month,
        flows.wholesaler_key,
        products.product_group,
        lots.relief_method,
        lots.original_amount,
        coalesce(early_reliefs.early_redemption_amount, 0) as early_redemption_amount,
        {{ add_days('lots.trade_date', early_days) }} <= as_of.as_of_date
            as is_mature
    from lots
    inner join flows
        on lots.flow_id = flows.flow_id
    inner join products
        on flows.product_key = products.product_key
    left join early_reliefs
        on lots.flow_id = early_reliefs.lot_flow_id
    cross join as_of

),

summed as (

    select
        cohort_month,
        wholesaler_key,
        product_group,
        relief_method,
        cast(count(*) as integer) as lots,
        cast(sum(original_amount) as numeric(18, 2)) as gross_sales_amount,
        cast(count(case when is_mature then 1 end) as integer) as lots_at_risk,
        cast(
            sum(case when is_mature then original_amount end) as numeric(18, 2)
        ) as gross_sales_amount_at_risk,
        cast(
            sum(case when is_mature then early_redemption_amount end)
            as numeric(18, 2)
        ) as early_redemption_amount
    from cohort_lots
    group by cohort_month, wholesaler_key, product_group, relief_method

),

rated as (

    select
        *,
        {{ ratio('early_redemption_amount', 'gross_sales_amount_at_risk') }}
            as hot_money_rate
    from summed

)

select * from rated
