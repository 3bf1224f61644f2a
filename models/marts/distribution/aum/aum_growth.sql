{%- set months_of = {'month': 1, 'quarter': 3, 'year': 12} -%}
{%- set shown = ['inflows', 'outflows', 'acquisitions'] -%}

with

days as (

    select * from {{ ref('aum_rollforward_daily') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

in_periods as (

    {% for period_type, months in months_of.items() -%}
        select
            *,
            '{{ period_type }}' as period_type,
            {{ 12 // months }} as periods_a_year,
            cast(date_trunc('{{ period_type }}', aum_date) as date)
                as period_start_date,
            cast(
                date_trunc('{{ period_type }}', aum_date)
                + interval '{{ months }} months' as date
            ) as next_period_start_date
        from days
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- A period that is not over ends at the as-of date.
period_days as (

    select
        in_periods.*,
        in_periods.next_period_start_date
        > {{ add_days('as_of.as_of_date', 1) }} as is_partial,
        least(
            {{ add_days('in_periods.next_period_start_date', -1) }},
            as_of.as_of_date
        ) as period_end_date
    from in_periods
    cross join as_of

),

-- A flow counts from the day after, because AUM at the end of its day already includes
-- it.
weighted as (

    select
        *,
        {{ days_between('aum_date', 'period_end_date') }} as days_left,
        0
        {%- for line in rollforward_lines() %}
            + {{ line }}_amount
        {%- endfor %} as flow_amount,
        aum_date = period_end_date
        or {{ next_month_start('aum_date') }} = {{ add_days('aum_date', 1) }}
            as is_month_end
    from period_days

),

summed as (

    select
        period_type,
        product_id,
        product_key,
        period_start_date,
        period_end_date,
        periods_a_year,
        is_partial,
        {% for line in shown -%}
            sum({{ line }}_amount) as {{ line }}_amount,
        {% endfor -%}
        sum(organic_flow_amount) as organic_flow_amount,
        sum(flow_amount) as flow_amount,
        sum(flow_amount * days_left) as flow_days,
        sum(market_movement_amount) as market_movement_amount,
        sum(fx_movement_amount) as fx_movement_amount,
        sum(residual_amount) as residual_amount,
        sum(closing_aum_amount) as aum_days,
        sum(case when is_month_end then closing_aum_amount else 0 end)
            as month_ends_amount,
        count(*) = count(market_movement_amount) as is_market_known,
        count(*) = count(closing_aum_amount) as is_aum_known
    from weighted
    group by
        period_type,
        product_id,
        product_key,
        period_start_date,
        period_end_date,
        periods_a_year,
        is_partial

),

-- Opening and closing are looked up by date; without a row on that day nothing was
-- held.
period_balances as (

    select
        summed.*,
        case
            when openings.product_id is null then cast(0 as numeric(18, 2))
            else openings.closing_aum_amount
        end as opening_aum_amount,
        case
            when closings.product_id is null then cast(0 as numeric(18, 2))
            else closings.closing_aum_amount
        end as closing_aum_amount,
        {{ days_between(
            'summed.period_start_date', add_days('summed.period_end_date', 1)
        ) }} as calendar_days,
        (
            cast(extract(year from summed.period_end_date) as integer)
            - cast(extract(year from summed.period_start_date) as integer)
        ) * 12
        + cast(extract(month from summed.period_end_date) as integer)
        - cast(extract(month from summed.period_start_date) as integer)
        + 2 as month_end_points
    from summed
    left join days as openings
        on
            summed.product_id = openings.product_id
            and {{ add_days('summed.period_start_date', -1) }} = openings.aum_date
    left join days as closings
        on
            summed.product_id = closings.product_id
            and summed.period_end_date = closings.aum_date

),

period_figures as (

    select
        period_type,
        period_start_date,
        period_end_date,
        product_key,
        product_id,
        calendar_days,
        periods_a_year,
        is_partial,
        not is_aum_known
        or not is_market_known
        or opening_aum_amount is null as is_incomplete,
        acquisitions_amount <> 0 as has_acquisitions,
        cast(opening_aum_amount as numeric(18, 2)) as opening_aum_amount,
        {% for line in shown -%}
            cast({{ line }}_amount as numeric(18, 2)) as {{ line }}_amount,
        {% endfor -%}
        cast(
            flow_amount
            {%- for line in shown %}
                - {{ line }}_amount
            {%- endfor %} as numeric(18, 2)
        ) as other_flow_amount,
        cast(
            case when is_market_known then market_movement_amount end as numeric(18, 2)
        ) as market_movement_amount,
        cast(
            case when is_market_known then fx_movement_amount end as numeric(18, 2)
        ) as fx_movement_amount,
        cast(
            case when is_market_known then residual_amount end as numeric(18, 2)
        ) as residual_amount,
        cast(closing_aum_amount as numeric(18, 2)) as closing_aum_amount,
        cast(organic_flow_amount as numeric(18, 2)) as organic_flow_amount,
        cast(
            case when is_aum_known then aum_days end as numeric(28, 2)
        ) as aum_days,
        cast(flow_days as numeric(28, 2)) as flow_days,
        {{ ratio(
            'case when is_aum_known then aum_days end', 'calendar_days', scale=2
        ) }} as average_daily_aum_amount,
        {{ ratio(
            'case when is_aum_known then opening_aum_amount + month_ends_amount end',
            'month_end_points',
            scale=2
        ) }} as average_month_end_aum_amount,
        {{ ratio('organic_flow_amount', 'opening_aum_amount', scale=6) }}
            as organic_growth_rate
    from period_balances

),

-- Four periods are compounded exactly; twelve are three times four. Growth that more
-- than doubles the opening within one period, or ends below zero, is not annualised.
growth_factors as (

    select
        *,
        case
            when organic_growth_rate between -1 and 1 and not is_partial
                then cast(1 + organic_growth_rate as numeric(9, 8))
        end as growth_factor
    from period_figures

),

four_period_factors as (

    select
        *,
        cast(
            round(
                cast(growth_factor * growth_factor as numeric(18, 16))
                * cast(growth_factor * growth_factor as numeric(18, 16)),
                11
            ) as numeric(13, 11)
        ) as four_periods_factor
    from growth_factors

),

measured as (

    select
        period_type,
        period_start_date,
        product_key,
        product_id,
        period_end_date,
        calendar_days,
        is_partial,
        is_incomplete,
        has_acquisitions,
        opening_aum_amount,
        {% for line in shown -%}
            {{ line }}_amount,
        {% endfor -%}
        other_flow_amount,
        market_movement_amount,
        fx_movement_amount,
        residual_amount,
        closing_aum_amount,
        organic_flow_amount,
        aum_days,
        flow_days,
        average_daily_aum_amount,
        average_month_end_aum_amount,
        organic_growth_rate,
        {{ ratio(
            'case when calendar_days >= 28 then organic_flow_amount * 365 end',
            'opening_aum_amount * calendar_days',
            scale=6
        ) }} as organic_growth_act_365_rate,
        {{ ratio(
            'case when not is_partial then organic_flow_amount * periods_a_year end',
            'opening_aum_amount',
            scale=6
        ) }} as organic_growth_times_periods_rate,
        cast(
            round(
                case period_type
                    when 'month'
                        then cast(
                            cast(
                                four_periods_factor * four_periods_factor
                                as numeric(26, 22)
                            ) * four_periods_factor as numeric(38, 33)
                        )
                    when 'quarter' then cast(four_periods_factor as numeric(38, 33))
                    else cast(growth_factor as numeric(38, 33))
                end - 1,
                6
            ) as numeric(18, 6)
        ) as organic_growth_compounded_rate,
        {{ ratio('market_movement_amount', 'opening_aum_amount', scale=6) }}
            as market_return_contribution_rate,
        {{ ratio(
            'market_movement_amount * calendar_days',
            'opening_aum_amount * calendar_days + flow_days',
            scale=6
        ) }} as market_return_dietz_rate,
        {{ ratio(
            'closing_aum_amount - opening_aum_amount', 'opening_aum_amount', scale=6
        ) }} as total_aum_growth_rate,
        {{ ratio('-outflows_amount * 365', 'aum_days', scale=6) }}
            as redemption_act_365_rate,
        {{ ratio(
            'case when not is_partial then -outflows_amount * periods_a_year end'
            ~ ' * calendar_days',
            'aum_days',
            scale=6
        ) }} as redemption_times_periods_rate,
        {{ ratio(
            'case when not is_partial then aum_days end',
            '-outflows_amount * periods_a_year * calendar_days',
            scale=4
        ) }} as implied_holding_period_years
    from four_period_factors

)

select * from measured
