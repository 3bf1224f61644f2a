{{ config(
    materialized='incremental_by_change',
    indexes=indexes_on([['attribution_mode', 'role', 'trade_date']]),
    meta={
        'changes_with': 'credit',
        'logs_changes_by': [
            {'activity_month': month_start('trade_date')},
            {'activity_month': month_start('booked_date')},
            {'activity_month': 'credit_month'},
        ],
    },
) }}

with

credits as (

    select * from {{ ref('int_sales_credits_allocated') }}
    where {{ is_changed('credit') }}

),

periods as (

    select * from {{ ref('int_pay_periods_sequenced') }}

),

pay_periods as (

    select * from {{ ref('dim_pay_periods') }}

),

wholesalers as (

    select * from {{ ref('dim_wholesalers') }}

),

advisors as (

    select * from {{ ref('dim_advisors') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

-- Paid credit counts in the month in which its flow was booked, or in the first month
-- of its pay period where that begins later.
dated as (

    select
        credits.*,
        periods.pay_period_id,
        case
            when credits.attribution_mode = 'as_paid'
                then {{ month_start(
                    'greatest(credits.booked_date, periods.period_start_date)'
                ) }}
            else {{ month_start('credits.trade_date') }}
        end as credit_month,
        coalesce(
            credits.trade_date < periods.period_start_date, false
        ) as is_adjustment
    from credits
    left join periods
        on credits.period_sequence = periods.period_sequence

),

keyed as (

    select
        {{ surrogate_key([
            'dated.flow_id',
            'dated.role',
            'dated.attribution_mode',
            'dated.pay_period_id',
            'dated.wholesaler_id',
            'dated.credit_status',
        ]) }} as sales_credit_key,
        dated.flow_id,
        dated.role,
        dated.attribution_mode,
        {{ member_key('pay_periods.pay_period_key') }} as pay_period_key,
        {{ member_key('wholesalers.wholesaler_key') }} as wholesaler_key,
        {{ member_key('advisors.advisor_key') }} as advisor_key,
        {{ member_key('products.product_key') }} as product_key,
        dated.credit_status,
        dated.is_adjustment,
        dated.credit_month,
        dated.trade_date,
        dated.booked_date,
        dated.split_rate,
        dated.gross_sales_credit_amount,
        dated.redemption_credit_amount,
        dated.firm_net_flow_credit_amount
    from dated
    left join pay_periods
        on dated.pay_period_id = pay_periods.pay_period_id
    left join wholesalers
        on dated.wholesaler_id = wholesalers.wholesaler_id
    left join advisors
        on dated.advisor_id = advisors.advisor_id
    left join products
        on dated.product_id = products.product_id

)

select * from keyed
