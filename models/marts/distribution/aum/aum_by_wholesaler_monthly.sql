{%- set movements = ['market_movement', 'fx_movement', 'residual'] -%}

with

months as (

    select * from {{ ref('aum_rollforward_monthly') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

summed as (

    select
        aum_month,
        wholesaler_key,
        product_key,
        {% for line in rollforward_lines() -%}
            sum({{ line }}_amount) as {{ line }}_amount,
        {% endfor -%}
        {% for movement in movements -%}
            sum({{ movement }}_amount) as {{ movement }}_amount,
        {% endfor -%}
        sum(opening_aum_amount) as opening_aum_amount,
        sum(closing_aum_amount) as closing_aum_amount,
        sum(organic_flow_amount) as organic_flow_amount,
        count(*) = count(market_movement_amount) as is_known,
        count(*) = count(opening_aum_amount) as is_opening_known,
        count(*) = count(closing_aum_amount) as is_closing_known
    from months
    group by
        aum_month,
        wholesaler_key,
        product_key

),

-- Closing of the calendar month before, by the wholesalers of that month.
priors as (

    select
        summed.wholesaler_key,
        summed.product_key,
        {{ next_month_start('summed.aum_month') }} as aum_month,
        case when summed.is_closing_known then summed.closing_aum_amount end
            as closing_aum_amount
    from summed
    cross join as_of
    where
        {{ next_month_start('summed.aum_month') }} <= as_of.as_of_date
        and (summed.closing_aum_amount <> 0 or not summed.is_closing_known)

),

-- A wholesaler whose last account was moved away keeps a row that says so.
months_with_opening as (

    select
        coalesce(summed.aum_month, priors.aum_month) as aum_month,
        coalesce(summed.wholesaler_key, priors.wholesaler_key) as wholesaler_key,
        coalesce(summed.product_key, priors.product_key) as product_key,
        cast(
            case
                when priors.aum_month is null then 0
                else priors.closing_aum_amount
            end as numeric(18, 2)
        ) as prior_closing_aum_amount,
        cast(
            case
                when summed.aum_month is null then 0
                when summed.is_opening_known then summed.opening_aum_amount
            end as numeric(18, 2)
        ) as opening_aum_amount,
        {% for line in rollforward_lines() + ['organic_flow'] -%}
            cast(coalesce(summed.{{ line }}_amount, 0) as numeric(18, 2))
                as {{ line }}_amount,
        {% endfor -%}
        {% for movement in movements -%}
            cast(
                case
                    when summed.aum_month is null then 0
                    when summed.is_known then coalesce(summed.{{ movement }}_amount, 0)
                end as numeric(18, 2)
            ) as {{ movement }}_amount,
        {% endfor -%}
        cast(
            case
                when summed.aum_month is null then 0
                when summed.is_closing_known then summed.closing_aum_amount
            end as numeric(18, 2)
        ) as closing_aum_amount
    from summed
    full join priors
        on
            summed.aum_month = priors.aum_month
            and summed.wholesaler_key = priors.wholesaler_key
            and summed.product_key = priors.product_key

),

measured as (

    select
        aum_month,
        wholesaler_key,
        product_key,
        prior_closing_aum_amount,
        cast(opening_aum_amount - prior_closing_aum_amount as numeric(18, 2))
            as reclassified_amount,
        opening_aum_amount,
        {% for line in rollforward_lines() + movements -%}
            {{ line }}_amount,
        {% endfor -%}
        closing_aum_amount,
        organic_flow_amount
    from months_with_opening

)

select * from measured
