with

asset_classes as (

    select * from {{ ref('stg_distribution__asset_classes') }}

),

members as (

    select
        asset_class_id,
        asset_class_name
    from asset_classes
    where asset_class_id <> 'unassigned'

    union all

    select
        'unassigned' as asset_class_id,
        'Unassigned' as asset_class_name

),

keyed as (

    select
        {{ surrogate_key(['asset_class_id']) }} as asset_class_key,
        asset_class_id,
        asset_class_name
    from members

)

select * from keyed
