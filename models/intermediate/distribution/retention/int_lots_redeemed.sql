{%- set early_days = whole_number_setting('early_redemption_days', least=1) -%}
{%- set default_method = chosen_setting('default_relief_method', relief_methods()) -%}

with

reliefs as (

    select * from {{ ref('int_lots_relieved') }}
    where relief_method = '{{ default_method }}'

),

flows as (

    select * from {{ ref('int_flows_attributed') }}

),

flow_classes as (

    select * from {{ ref('flow_classes') }}

),

-- A move within the family relieves a lot too, but it is not a redemption.
redeemed as (

    select
        reliefs.relief_method,
        reliefs.lot_flow_id,
        reliefs.relieving_flow_id,
        reliefs.basis,
        reliefs.is_cohort_member,
        reliefs.lot_trade_date,
        reliefs.relief_date,
        reliefs.held_days,
        reliefs.relieved_quantity,
        reliefs.relieved_amount,
        -- Lots that no sale opened earned no credit that an early redemption could
        -- reverse.
        reliefs.is_cohort_member
        and reliefs.held_days < {{ early_days }} as is_early
    from reliefs
    inner join flows
        on reliefs.relieving_flow_id = flows.flow_id
    inner join flow_classes
        on flows.flow_class = flow_classes.flow_class
    where flow_classes.redemption_sign <> 0

)

select * from redeemed
