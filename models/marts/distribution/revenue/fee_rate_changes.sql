with

fee_rates as (

    select * from {{ ref('effective_fee_rates') }}

),

-- The revenue of a product without a fee rate is unknown. Counted as zero it would
-- lower the firm's rate.
product_months as (

    select
        revenue_month,
        product_key,
        max(day_count_basis) as day_count_basis,
        sum(reported_amount) as reported_amount,
        sum(aum_days) as aum_days
    from fee_rates
    where
        aum_days > 0
        and reported_amount is not null
    group by revenue_month, product_key

),

product_rates as (

    select
        revenue_month,
        product_key,
        {{ ratio(
            'reported_amount * day_count_basis * 10000',
            'aum_days',
            input_scale=6
        ) }} as fee_rate_bps,
        {{ ratio(
            'aum_days',
            'sum(aum_days) over (partition by revenue_month)',
            scale=12,
            input_scale=6
        ) }} as aum_share_rate,
        {{ ratio(
            'sum(reported_amount * day_count_basis) over (partition by revenue_month)'
            ~ ' * 10000',
            'sum(aum_days) over (partition by revenue_month)',
            input_scale=6
        ) }} as firm_fee_rate_bps
    from product_months

),

firm_months as (

    select distinct
        revenue_month,
        firm_fee_rate_bps
    from product_rates

),

prior_rates as (

    select
        product_key,
        fee_rate_bps,
        aum_share_rate,
        firm_fee_rate_bps,
        {{ next_month_start('revenue_month') }} as revenue_month
    from product_rates

),

-- A product that is gone has a row in the month after its last.
product_month_keys as (

    select
        revenue_month,
        product_key
    from product_rates

    union

    select
        prior_rates.revenue_month,
        prior_rates.product_key
    from prior_rates
    inner join firm_months
        on prior_rates.revenue_month = firm_months.revenue_month

),

rates_compared as (

    select
        product_month_keys.revenue_month,
        product_month_keys.product_key,
        product_rates.fee_rate_bps,
        prior_rates.fee_rate_bps as prior_fee_rate_bps,
        firm_months.firm_fee_rate_bps,
        prior_firms.firm_fee_rate_bps as prior_firm_fee_rate_bps,
        cast(coalesce(product_rates.aum_share_rate, 0) as numeric(18, 12))
            as aum_share_rate,
        cast(coalesce(prior_rates.aum_share_rate, 0) as numeric(18, 12))
            as prior_aum_share_rate
    from product_month_keys
    inner join firm_months
        on product_month_keys.revenue_month = firm_months.revenue_month
    left join firm_months as prior_firms
        on
            product_month_keys.revenue_month
            = {{ next_month_start('prior_firms.revenue_month') }}
    left join product_rates
        on
            product_month_keys.revenue_month = product_rates.revenue_month
            and product_month_keys.product_key = product_rates.product_key
    left join prior_rates
        on
            product_month_keys.revenue_month = prior_rates.revenue_month
            and product_month_keys.product_key = prior_rates.product_key

),

effects as (

    select
        *,
        round(
            cast(
                case
                    when prior_firm_fee_rate_bps is null then null
                    when fee_rate_bps is null or prior_fee_rate_bps is null then 0
                    else fee_rate_bps - prior_fee_rate_bps
                end as numeric(18, 8)
            ) * cast(aum_share_rate as numeric(20, 12)),
            8
        ) as price_effect_bps,
        round(
            cast(aum_share_rate - prior_aum_share_rate as numeric(20, 12))
            * cast(
                coalesce(prior_fee_rate_bps, fee_rate_bps)
                - prior_firm_fee_rate_bps as numeric(18, 8)
            ),
            8
        ) as mix_effect_bps
    from rates_compared

),

effects_with_remainder as (

    select
        *,
        firm_fee_rate_bps - prior_firm_fee_rate_bps
        - sum(price_effect_bps + mix_effect_bps) over (partition by revenue_month)
            as remainder_bps,
        row_number() over (
            partition by revenue_month
            order by aum_share_rate desc, product_key asc
        ) as place
    from effects

),

-- The rounding difference goes to the largest product, so that the effects add up.
effects_closed as (

    select
        revenue_month,
        product_key,
        fee_rate_bps,
        prior_fee_rate_bps,
        aum_share_rate,
        prior_aum_share_rate,
        firm_fee_rate_bps,
        prior_firm_fee_rate_bps,
        cast(price_effect_bps as numeric(18, 8)) as price_effect_bps,
        cast(mix_effect_bps as numeric(18, 8)) as mix_effect_bps,
        cast(
            case when place = 1 then remainder_bps else 0 * remainder_bps end
            as numeric(18, 8)
        ) as rounding_remainder_bps
    from effects_with_remainder

)

select * from effects_closed
