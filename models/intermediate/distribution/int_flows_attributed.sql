with

flows as (

    select * from {{ ref('int_flows_classified') }}

),

coverage as (

    select * from {{ ref('int_advisors_covered') }}

),

attributed as (

    select
        flows.*,
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
