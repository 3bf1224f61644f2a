with

products as (

    select * from {{ ref('stg_distribution__products') }}

),

asset_classes as (

    select * from {{ ref('dim_asset_classes') }}

),

vehicle_types as (

    select * from {{ ref('dim_vehicle_types') }}

),

members as (

    select
        product_id,
        product_name,
        ticker,
        product_group,
        share_class,
        launch_date,
        asset_class_id,
        vehicle_type_id
    from products
    where product_id <> 'unassigned'

    union all

    select
        'unassigned' as product_id,
        'Unassigned' as product_name,
        cast(null as text) as ticker,
        cast(null as text) as product_group,
        cast(null as text) as share_class,
        cast(null as date) as launch_date,
        cast(null as text) as asset_class_id,
        cast(null as text) as vehicle_type_id

),

keyed as (

    select
        {{ surrogate_key(['members.product_id']) }} as product_key,
        {{ member_key('asset_classes.asset_class_key') }} as asset_class_key,
        {{ member_key('vehicle_types.vehicle_type_key') }} as vehicle_type_key,
        members.product_id,
        members.product_name,
        members.ticker,
        coalesce(members.product_group, 'Unassigned') as product_group,
        members.share_class,
        members.launch_date
    from members
    left join asset_classes
        on members.asset_class_id = asset_classes.asset_class_id
    left join vehicle_types
        on members.vehicle_type_id = vehicle_types.vehicle_type_id

)

select * from keyed
