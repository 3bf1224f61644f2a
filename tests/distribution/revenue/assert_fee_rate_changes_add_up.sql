-- Price, mix and remainder explain the whole change of the firm's rate, and the
-- remainder is no more than rounding: of effects at eight decimals, and of shares at
-- twelve that rates multiply.
with

changes as (

    select * from {{ ref('fee_rate_changes') }}

),

fee_rates as (

    select * from {{ ref('effective_fee_rates') }}

),

firm_rates as (

    select
        revenue_month,
        {{ ratio(
            'sum(reported_amount * day_count_basis) * 10000', 'sum(aum_days)',
            input_scale=6
        ) }} as firm_fee_rate_bps
    from fee_rates
    where
        aum_days > 0
        and reported_amount is not null
    group by revenue_month

),

explained as (

    select
        revenue_month,
        sum(price_effect_bps + mix_effect_bps + rounding_remainder_bps)
            as explained_bps,
        sum(abs(rounding_remainder_bps)) as remainder_bps,
        sum(
            abs(coalesce(fee_rate_bps, 0))
            + abs(coalesce(prior_fee_rate_bps, 0))
            + abs(coalesce(firm_fee_rate_bps, 0))
            + abs(coalesce(prior_firm_fee_rate_bps, 0))
        ) as rates_bps,
        count(*) as products
    from changes
    group by revenue_month

)

select
    firm_rates.revenue_month,
    firm_rates.firm_fee_rate_bps,
    priors.firm_fee_rate_bps as prior_firm_fee_rate_bps,
    explained.explained_bps,
    explained.remainder_bps
from firm_rates
inner join firm_rates as priors
    on firm_rates.revenue_month = {{ next_month_start('priors.revenue_month') }}
left join explained
    on firm_rates.revenue_month = explained.revenue_month
where
    explained.explained_bps is null
    or explained.explained_bps
    <> firm_rates.firm_fee_rate_bps - priors.firm_fee_rate_bps
    or explained.remainder_bps
    > explained.products * 0.00000002 + explained.rates_bps * 0.000000000001
