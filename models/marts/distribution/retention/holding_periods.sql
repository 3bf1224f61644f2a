with

redeemed_lots as (

    select * from {{ ref('int_lots_redeemed') }}

),

flows as (

    select * from {{ ref('fact_aum_flows') }}

),

summed as (

    select
        {{ month_start('redeemed_lots.relief_date') }} as relief_month,
        flows.wholesaler_key,
        flows.product_key,
        redeemed_lots.basis,
        redeemed_lots.is_cohort_member,
        redeemed_lots.relief_method,
        cast(sum(redeemed_lots.relieved_quantity) as numeric(28, 6))
            as relieved_quantity,
        cast(
            sum(
                cast(redeemed_lots.relieved_quantity as numeric(28, 6))
                * redeemed_lots.held_days
            ) as numeric(28, 6)
        ) as quantity_days,
        cast(sum(redeemed_lots.relieved_amount) as numeric(18, 2)) as relieved_amount,
        cast(
            sum(
                case
                    when redeemed_lots.is_early then redeemed_lots.relieved_amount
                    else 0
                end
            ) as numeric(18, 2)
        ) as early_redemption_amount
    from redeemed_lots
    inner join flows
        on redeemed_lots.lot_flow_id = flows.flow_id
    group by
        {{ month_start('redeemed_lots.relief_date') }},
        flows.wholesaler_key,
        flows.product_key,
        redeemed_lots.basis,
        redeemed_lots.is_cohort_member,
        redeemed_lots.relief_method

),

rated as (

    select
        *,
        {{ ratio('quantity_days', 'relieved_quantity', scale=4, input_scale=6) }}
            as lot_holding_period_wtd_days
    from summed

)

select * from rated
