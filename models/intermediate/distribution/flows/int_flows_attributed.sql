{%- set external_measures = ['external_transfer', 'firm_net_flow'] -%}

with

flows as (

    select * from {{ ref('int_flows_classified') }}

),

coverage as (

    select * from {{ ref('int_advisors_covered') }}

),

transfers as (

    select * from {{ ref('int_transfers_matched') }}

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
        flows.transfer_id,
        flows.discretion,
        flows.flow_class,
        flows.amount,
        flows.units,
        {% for measure in flow_measures() if measure not in external_measures -%}
            flows.{{ measure }}_amount,
        {% endfor -%}
        cast(
            case
                when transfers.match_status = 'unmatched'
                    then flows.external_transfer_amount
                else 0
            end as numeric(18, 2)
        ) as external_transfer_amount,
        cast(
            case
                when transfers.match_status = 'unmatched'
                    then flows.firm_net_flow_amount + flows.external_transfer_amount
                else flows.firm_net_flow_amount
            end as numeric(18, 2)
        ) as firm_net_flow_amount,
        flows.lot_sign,
        flows.is_cohort_member,
        flows.trade_date,
        flows.booked_date,
        coverage.firm_id,
        coverage.territory_id,
        coverage.wholesaler_id
    from flows
    -- A correction may have booked a leg to another account, where its match differs.
    left join transfers
        on
            flows.original_flow_id = transfers.original_flow_id
            and coalesce(flows.account_id, 'unassigned') = transfers.account_id
            and flows.product_id is not distinct from transfers.product_id
    left join coverage
        on
            flows.advisor_id = coverage.advisor_id
            and flows.trade_date >= coverage.valid_from
            and flows.trade_date < coverage.valid_to

)

select * from attributed
