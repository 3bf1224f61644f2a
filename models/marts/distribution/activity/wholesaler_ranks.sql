{%- set measures = ['gross_sales', 'net_flow', 'retention', 'revenue'] -%}

with

efficiency as (

    select * from {{ ref('wholesaler_efficiency') }}

),

months as (

    select * from {{ ref('int_months_windowed') }}

),

periods as (

    select
        'month' as period_type,
        month_start_date as last_month,
        month_start_date as first_month
    from months

    union all

    select
        'three_months' as period_type,
        month_start_date as last_month,
        cast(month_start_date - interval '2 months' as date) as first_month
    from months

    union all

    select
        'year_to_date' as period_type,
        month_start_date as last_month,
        cast(date_trunc('year', month_start_date) as date) as first_month
    from months

    union all

    select
        'twelve_months' as period_type,
        month_start_date as last_month,
        cast(month_start_date - interval '11 months' as date) as first_month
    from months

),

-- Nobody is behind what is unassigned, so it has no rank.
summed as (

    select
        periods.period_type,
        periods.last_month,
        periods.first_month,
        efficiency.wholesaler_key,
        sum(efficiency.gross_sales_amount) as gross_sales_amount,
        sum(efficiency.firm_net_flow_amount) as net_flow_amount,
        sum(efficiency.revenue_amount) as revenue_amount,
        sum(efficiency.retained_amount) as retained_amount,
        sum(efficiency.matured_sales_amount) as matured_sales_amount
    from periods
    inner join efficiency
        on
            periods.first_month <= efficiency.activity_month
            and periods.last_month >= efficiency.activity_month
    where efficiency.wholesaler_key <> {{ unassigned_key() }}
    group by
        periods.period_type,
        periods.last_month,
        periods.first_month,
        efficiency.wholesaler_key

),

measured as (

    select
        *,
        gross_sales_amount as gross_sales_value,
        net_flow_amount as net_flow_value,
        revenue_amount as revenue_value,
        {{ ratio('retained_amount', 'matured_sales_amount') }} as retention_value
    from summed

),

listed as (

    {% for measure in measures -%}
        select
            period_type,
            last_month,
            first_month,
            wholesaler_key,
            '{{ measure }}' as measure,
            cast({{ measure }}_value as numeric(28, 8)) as measured_value
        from measured
        where {{ measure }}_value is not null
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

ranked as (

    select
        period_type,
        last_month,
        measure,
        wholesaler_key,
        first_month,
        cast(
            rank() over (
                partition by period_type, last_month, measure
                order by measured_value desc
            ) as integer
        ) as wholesaler_rank,
        cast(
            count(*) over (partition by period_type, last_month, measure) as integer
        ) as ranked_wholesalers
    from listed

)

select * from ranked
