{%- set shown = ['inflows', 'outflows'] -%}
{%- set movements = ['market_movement', 'fx_movement', 'residual'] -%}

with

months as (

    select * from {{ ref('aum_rollforward_monthly') }}

),

product_versions as (

    select * from {{ ref('int_products_dated') }}

),

asset_classes as (

    select * from {{ ref('dim_asset_classes') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

classified_months as (

    select
        months.*,
        {{ member_key('asset_classes.asset_class_key') }} as asset_class_key,
        0
        {%- for line in rollforward_lines() if line not in shown %}
            + months.{{ line }}_amount
        {%- endfor %} as other_flow_amount
    from months
    left join product_versions
        on
            months.product_id = product_versions.product_id
            and months.period_end_date >= product_versions.valid_from
            and months.period_end_date < product_versions.valid_to
    left join asset_classes
        on product_versions.asset_class_id = asset_classes.asset_class_id

),

-- A holding opens in the slice in which it closes, so that a slice grows by its flows
-- and not by holdings moved into it.
slices as (

    select
        aum_month,
        wholesaler_key,
        asset_class_key,
        {% for line in shown + ['other_flow', 'organic_flow'] -%}
            sum({{ line }}_amount) as {{ line }}_amount,
        {% endfor -%}
        sum(opening_aum_amount) as opening_aum_amount,
        sum(closing_aum_amount) as closing_aum_amount,
        {% for movement in movements -%}
            sum({{ movement }}_amount) as {{ movement }}_amount,
        {% endfor -%}
        count(*) = count(market_movement_amount) as is_known,
        count(*) = count(opening_aum_amount) as is_opening_known,
        count(*) = count(closing_aum_amount) as is_closing_known
    from classified_months
    group by
        aum_month,
        wholesaler_key,
        asset_class_key

),

-- Closing of the calendar month before, by the slices of that month.
priors as (

    select
        slices.wholesaler_key,
        slices.asset_class_key,
        {{ next_month_start('slices.aum_month') }} as aum_month,
        case when slices.is_closing_known then slices.closing_aum_amount end
            as closing_aum_amount
    from slices
    cross join as_of
    where
        {{ next_month_start('slices.aum_month') }} <= as_of.as_of_date
        and (slices.closing_aum_amount <> 0 or not slices.is_closing_known)

),

slices_with_opening as (

    select
        coalesce(slices.aum_month, priors.aum_month) as aum_month,
        coalesce(slices.wholesaler_key, priors.wholesaler_key) as wholesaler_key,
        coalesce(slices.asset_class_key, priors.asset_class_key) as asset_class_key,
        cast(
            case
                when priors.aum_month is null then 0
                else priors.closing_aum_amount
            end as numeric(18, 2)
        ) as prior_closing_aum_amount,
        cast(
            case
                when slices.aum_month is null then 0
                when slices.is_opening_known then slices.opening_aum_amount
            end as numeric(18, 2)
        ) as opening_aum_amount,
        {% for line in shown + ['other_flow', 'organic_flow'] -%}
            cast(coalesce(slices.{{ line }}_amount, 0) as numeric(18, 2))
                as {{ line }}_amount,
        {% endfor -%}
        {% for movement in movements -%}
            cast(
                case
                    when slices.aum_month is null then 0
                    when slices.is_known then coalesce(slices.{{ movement }}_amount, 0)
                end as numeric(18, 2)
            ) as {{ movement }}_amount,
        {% endfor -%}
        cast(
            case
                when slices.aum_month is null then 0
                when slices.is_closing_known then slices.closing_aum_amount
            end as numeric(18, 2)
        ) as closing_aum_amount
    from slices
    full join priors
        on
            slices.aum_month = priors.aum_month
            and slices.wholesaler_key = priors.wholesaler_key
            and slices.asset_class_key = priors.asset_class_key

),

measured as (

    select
        aum_month,
        wholesaler_key,
        asset_class_key,
        prior_closing_aum_amount,
        cast(opening_aum_amount - prior_closing_aum_amount as numeric(18, 2))
            as reclassified_amount,
        opening_aum_amount,
        {% for line in shown -%}
            {{ line }}_amount,
        {% endfor -%}
        other_flow_amount,
        {% for movement in movements -%}
            {{ movement }}_amount,
        {% endfor -%}
        closing_aum_amount,
        organic_flow_amount,
        {{ ratio('organic_flow_amount', 'opening_aum_amount', scale=6) }}
            as organic_growth_rate,
        {{ ratio('market_movement_amount', 'opening_aum_amount', scale=6) }}
            as market_return_contribution_rate
    from slices_with_opening

)

select * from measured
