-- Adjustments bring paid credit up to current knowledge: for every flow, role and
-- wholesaler, all pay periods together equal the credit as-was.
with

credits as (

    select * from {{ ref('fact_sales_credit') }}
    where
        attribution_mode in ('as_paid', 'as_was')
        and {{ is_changed('credit') }}

),

compared as (

    select
        flow_id,
        role,
        wholesaler_key,
        {% for measure in ['gross_sales', 'redemption', 'firm_net_flow'] -%}
            sum(
                case when attribution_mode = 'as_paid' then 1 else -1 end
                * {{ measure }}_credit_amount
            ) as {{ measure }}_difference,
        {% endfor -%}
        sum(case when attribution_mode = 'as_paid' then 1 else -1 end * split_rate)
            as split_rate_difference
    from credits
    group by flow_id, role, wholesaler_key

)

select *
from compared
where
    gross_sales_difference <> 0
    or redemption_difference <> 0
    or firm_net_flow_difference <> 0
    or split_rate_difference <> 0
