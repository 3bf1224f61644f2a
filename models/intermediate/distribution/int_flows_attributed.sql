with

flows as (

    select * from {{ ref('int_flows_classified') }}

),

coverage as (

    select * from {{ ref('int_advisors_covered') }}

),

attributed as (

    select
        flows.flow_id,
        flows.original_flow_id,
        flows.corrects_flow_id,
        flows.account_id,
        flows.advisor_id,
        flows.product_id,
        flows.transaction_type_id,
        flows.discretion,
        flows.flow_class,
        flows.amount,
        flows.units,
        {% for measure in flow_measures() -%}
            flows.{{ measure }}_amount,
        {% endfor -%}
        flows.lot_sign,
        flows.is_cohort_member,
        flows.trade_date,
        flows.booked_date,
        coverage.firm_id,
        coverage.territory_id,
        coverage.wholesaler_id
    from flows
    left join coverage
        on
            flows.advisor_id = coverage.advisor_id
            and flows.trade_date >= coverage.valid_from
            and flows.trade_date < coverage.valid_to

)

select * from attributed
