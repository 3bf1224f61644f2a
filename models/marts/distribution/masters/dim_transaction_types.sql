with

transaction_types as (

    select * from {{ ref('int_transaction_types_classified') }}

),

flow_classes as (

    select * from {{ ref('flow_classes') }}

),

keyed as (

    select
        {{ surrogate_key(['transaction_types.transaction_type_id']) }}
            as transaction_type_key,
        transaction_types.transaction_type_id,
        transaction_types.transaction_type_name,
        transaction_types.flow_class,
        flow_classes.flow_class_name,
        flow_classes.rollforward_line,
        flow_classes.lot_date_rule,
        flow_classes.counterpart_class,
        flow_classes.leg_moves,
        transaction_types.amount_sign,
        {% for measure in flow_measures() -%}
            flow_classes.{{ measure }}_sign,
        {% endfor -%}
        flow_classes.lot_sign,
        flow_classes.is_cohort_member,
        flow_classes.is_organic,
        flow_classes.needs_original,
        flow_classes.takes_orphans
    from transaction_types
    inner join flow_classes
        on transaction_types.flow_class = flow_classes.flow_class

)

select * from keyed
