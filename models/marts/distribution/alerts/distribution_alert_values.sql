{%- set relief_method = chosen_setting('default_relief_method', relief_methods()) -%}
{%- set early_days = whole_number_setting('early_redemption_days', least=1) -%}

with

net_flows as (

    select * from {{ ref('net_flows_monthly') }}

),

retention as (

    select * from {{ ref('retention_cohorts') }}
    where relief_method = '{{ relief_method }}'

),

hot_money as (

    select * from {{ ref('hot_money') }}

),

fee_rates as (

    select * from {{ ref('effective_fee_rates') }}

),

aum_growth as (

    select * from {{ ref('aum_growth') }}
    where period_type = 'month'

),

rollforward as (

    select * from {{ ref('aum_rollforward_monthly') }}

),

efficiency as (

    select * from {{ ref('wholesaler_efficiency') }}

),

pay_differences as (

    select * from {{ ref('incentive_pay_differences') }}

),

concentration as (

    select * from {{ ref('sales_concentration') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

wholesalers as (

    select * from {{ ref('dim_wholesalers') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

-- What each metric adds up: a part without a wholesaler or a product group counts for
-- the members that it has.
net_flow_parts as (

    select
        'net_flows_firm' as metric,
        'money' as unit,
        'month' as period_type,
        net_flows.flow_month as period_start_date,
        0 as days_to_maturity,
        true as is_known,
        net_flows.wholesaler_key,
        products.product_group,
        cast(net_flows.firm_net_flow_amount as numeric(38, 6)) as numerator,
        cast(1 as numeric(38, 6)) as denominator
    from net_flows
    inner join products
        on net_flows.product_key = products.product_key

),

retention_parts as (

    select
        'retention_rate_' || cast(age_days as text) as metric,
        'ratio' as unit,
        'quarter' as period_type,
        cast(date_trunc('quarter', cohort_month) as date) as period_start_date,
        age_days as days_to_maturity,
        true as is_known,
        wholesaler_key,
        product_group,
        cast(retained_amount as numeric(38, 6)) as numerator,
        cast(original_amount_at_risk as numeric(38, 6)) as denominator
    from retention

),

hot_money_parts as (

    select
        'hot_money_ratio' as metric,
        'ratio' as unit,
        'month' as period_type,
        cohort_month as period_start_date,
        {{ early_days }} as days_to_maturity,
        true as is_known,
        wholesaler_key,
        product_group,
        cast(early_redemption_amount as numeric(38, 6)) as numerator,
        cast(gross_sales_amount_at_risk as numeric(38, 6)) as denominator
    from hot_money

),

fee_rate_parts as (

    select
        'effective_fee_rate' as metric,
        'bps' as unit,
        'month' as period_type,
        fee_rates.revenue_month as period_start_date,
        0 as days_to_maturity,
        true as is_known,
        fee_rates.wholesaler_key,
        products.product_group,
        cast(
            fee_rates.reported_amount * fee_rates.day_count_basis * 10000
            as numeric(38, 6)
        ) as numerator,
        cast(fee_rates.aum_days as numeric(38, 6)) as denominator
    from fee_rates
    inner join products
        on fee_rates.product_key = products.product_key

),

redemption_parts as (

    select
        'redemption_rate' as metric,
        'ratio' as unit,
        'month' as period_type,
        aum_growth.period_start_date,
        0 as days_to_maturity,
        aum_growth.aum_days is not null as is_known,
        cast(null as bigint) as wholesaler_key,
        products.product_group,
        cast(-aum_growth.outflows_amount * 365 as numeric(38, 6)) as numerator,
        cast(aum_growth.aum_days as numeric(38, 6)) as denominator
    from aum_growth
    inner join products
        on aum_growth.product_key = products.product_key

),

-- Residuals of opposite signs do not make up for each other.
residual_parts as (

    select
        'aum_rollforward_residual' as metric,
        'bps' as unit,
        'month' as period_type,
        rollforward.aum_month as period_start_date,
        0 as days_to_maturity,
        true as is_known,
        rollforward.wholesaler_key,
        products.product_group,
        cast(abs(rollforward.residual_amount) * 10000 as numeric(38, 6)) as numerator,
        cast(rollforward.closing_aum_amount as numeric(38, 6)) as denominator
    from rollforward
    inner join products
        on rollforward.product_key = products.product_key
    where rollforward.residual_amount is not null

),

pay_parts as (

    select
        'pay_difference' as metric,
        'money' as unit,
        'quarter' as period_type,
        cast(date_trunc('quarter', period_end_date) as date) as period_start_date,
        0 as days_to_maturity,
        true as is_known,
        wholesaler_key,
        cast(null as text) as product_group,
        cast(difference_amount as numeric(38, 6)) as numerator,
        cast(1 as numeric(38, 6)) as denominator
    from pay_differences
    where period_end_date is not null

),

cost_parts as (

    select
        'cost_per_net_sale' as metric,
        'bps' as unit,
        'quarter' as period_type,
        cast(date_trunc('quarter', activity_month) as date) as period_start_date,
        0 as days_to_maturity,
        true as is_known,
        wholesaler_key,
        cast(null as text) as product_group,
        cast(total_cost_amount * 10000 as numeric(38, 6)) as numerator,
        cast(firm_net_flow_amount as numeric(38, 6)) as denominator
    from efficiency

),

-- Without sales nothing is retained; with sales of unknown worth, the return is
-- unknown.
roi_parts as (

    select
        'distribution_roi' as metric,
        'ratio' as unit,
        'quarter' as period_type,
        cast(date_trunc('quarter', activity_month) as date) as period_start_date,
        0 as days_to_maturity,
        retained_annual_revenue_amount is not null
        or gross_sales_amount = 0 as is_known,
        wholesaler_key,
        cast(null as text) as product_group,
        cast(
            coalesce(retained_annual_revenue_amount, 0) - total_cost_amount
            as numeric(38, 6)
        ) as numerator,
        cast(total_cost_amount as numeric(38, 6)) as denominator
    from efficiency

),

parts as (

    select * from net_flow_parts

    union all
    select * from retention_parts

    union all
    select * from hot_money_parts

    union all
    select * from fee_rate_parts

    union all
    select * from redemption_parts

    union all
    select * from residual_parts

    union all
    select * from pay_parts

    union all
    select * from cost_parts

    union all
    select * from roi_parts

),

member_parts as (

    select
        parts.*,
        'firm' as member_kind,
        'firm' as member_id,
        'Firm' as member_name,
        cast(null as bigint) as owner_key
    from parts

    union all

    select
        parts.*,
        'wholesaler' as member_kind,
        wholesalers.wholesaler_id as member_id,
        wholesalers.wholesaler_name as member_name,
        wholesalers.wholesaler_key as owner_key
    from parts
    inner join wholesalers
        on parts.wholesaler_key = wholesalers.wholesaler_key
    where wholesalers.wholesaler_id not in ('unassigned', 'unallocated')

    union all

    select
        parts.*,
        'product_group' as member_kind,
        parts.product_group as member_id,
        parts.product_group as member_name,
        cast(null as bigint) as owner_key
    from parts
    where parts.product_group <> 'Unassigned'

),

summed as (

    select
        metric,
        unit,
        member_kind,
        member_id,
        member_name,
        owner_key,
        period_type,
        period_start_date,
        max(days_to_maturity) as days_to_maturity,
        count(*) = count(case when is_known then 1 end) as is_known,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from member_parts
    group by
        metric,
        unit,
        member_kind,
        member_id,
        member_name,
        owner_key,
        period_type,
        period_start_date

),

rated as (

    select
        *,
        case unit
            when 'money' then cast(numerator as numeric(28, 8))
            -- A small denominator makes a large rate, which is to break a rule, not the
            -- build.
            when 'bps'
                then cast(
                    {{ ratio(
                        'numerator',
                        'denominator',
                        scale=4,
                        input_scale=6,
                        precision=28
                    ) }} as numeric(28, 8)
                )
            else cast(
                {{ ratio(
                    'numerator', 'denominator', scale=6, input_scale=6, precision=28
                ) }} as numeric(28, 8)
            )
        end as metric_value
    from summed

),

-- Shares of advisors do not add up, so their mart has rows for the firm.
concentrated as (

    select
        'concentration' as metric,
        'ratio' as unit,
        'month' as period_type,
        concentration.sales_month as period_start_date,
        0 as days_to_maturity,
        cast(concentration.top_share_rate as numeric(28, 8)) as metric_value,
        concentration.scope as member_kind,
        case
            when concentration.scope = 'firm' then 'firm'
            else wholesalers.wholesaler_id
        end as member_id,
        case
            when concentration.scope = 'firm' then 'Firm'
            else wholesalers.wholesaler_name
        end as member_name,
        case
            when concentration.scope <> 'firm' then concentration.wholesaler_key
        end as owner_key
    from concentration
    inner join wholesalers
        on concentration.wholesaler_key = wholesalers.wholesaler_key
    where
        concentration.scope = 'firm'
        or wholesalers.wholesaler_id not in ('unassigned', 'unallocated')

),

all_values as (

    select
        metric,
        unit,
        member_kind,
        member_id,
        member_name,
        owner_key,
        period_type,
        period_start_date,
        days_to_maturity,
        case when is_known then metric_value end as metric_value
    from rated

    union all

    select
        metric,
        unit,
        member_kind,
        member_id,
        member_name,
        owner_key,
        period_type,
        period_start_date,
        days_to_maturity,
        metric_value
    from concentrated

),

dated as (

    select
        *,
        case period_type
            when 'month' then {{ next_month_start('period_start_date') }}
            else cast(period_start_date + interval '3 months' as date)
        end as next_period_start_date
    from all_values

),

matured as (

    select
        dated.*,
        {{ add_days('dated.next_period_start_date', 'dated.days_to_maturity') }}
        <= {{ add_days('as_of.as_of_date', 1) }} as is_complete
    from dated
    cross join as_of

),

measured as (

    select
        cast(metric as text) as metric,
        cast(unit as text) as unit,
        cast(member_kind as text) as member_kind,
        cast(member_id as text) as member_id,
        cast(coalesce(member_name, member_id) as text) as member_name,
        owner_key,
        cast(period_type as text) as period_type,
        period_start_date,
        is_complete,
        case when is_complete then metric_value end as metric_value
    from matured

)

select * from measured
