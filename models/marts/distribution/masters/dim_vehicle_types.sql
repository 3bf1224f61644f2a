with

vehicle_types as (

    select * from {{ ref('stg_distribution__vehicle_types') }}

),

members as (

    select
        vehicle_type_id,
        vehicle_type_name
    from vehicle_types
    where vehicle_type_id <> 'unassigned'

    union all

    select
        'unassigned' as vehicle_type_id,
        'Unassigned' as vehicle_type_name

),

keyed as (

    select
        {{ surrogate_key(['vehicle_type_id']) }} as vehicle_type_key,
        vehicle_type_id,
        vehicle_type_name
    from members

)

select * from keyed
