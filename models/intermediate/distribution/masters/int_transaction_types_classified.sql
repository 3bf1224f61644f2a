with

transaction_types as (

    select * from {{ ref('stg_distribution__transaction_types') }}

),

flow_classes as (

    select * from {{ ref('flow_classes') }}

),

codes as (

    select
        transaction_type_id,
        transaction_type_name,
        flow_class,
        amount_sign
    from transaction_types

),

-- A firm without a taxonomy of its own may use the names of the classes as codes.
class_codes as (

    select
        flow_classes.flow_class as transaction_type_id,
        flow_classes.flow_class_name as transaction_type_name,
        flow_classes.flow_class,
        1 as amount_sign
    from flow_classes
    left join codes
        on flow_classes.flow_class = codes.transaction_type_id
    where codes.transaction_type_id is null

),

all_codes as (

    select * from codes
    union all
    select * from class_codes

),

classified as (

    select
        all_codes.transaction_type_id,
        all_codes.transaction_type_name,
        all_codes.amount_sign,
        coalesce(flow_classes.flow_class, 'unassigned') as flow_class
    from all_codes
    left join flow_classes
        on all_codes.flow_class = flow_classes.flow_class

)

select * from classified
