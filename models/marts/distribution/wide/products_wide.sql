with

products as (

    select * from {{ ref('dim_products') }}

),

asset_classes as (

    select * from {{ ref('dim_asset_classes') }}

),

vehicle_types as (

    select * from {{ ref('dim_vehicle_types') }}

),

named as (

    select
        products.product_key,
        products.product_id,
        products.product_name,
        products.ticker,
        products.product_group,
        products.share_class,
        asset_classes.asset_class_name,
        vehicle_types.vehicle_type_name
    from products
    left join asset_classes
        on products.asset_class_key = asset_classes.asset_class_key
    left join vehicle_types
        on products.vehicle_type_key = vehicle_types.vehicle_type_key

)

select * from named
