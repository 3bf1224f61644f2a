with

versions as (

    select * from {{ ref('snap_distribution__products') }}

),

started as (

    select
        product_id,
        asset_class_id,
        vehicle_type_id,
        product_group,
        share_class,
        {{ version_start('product_id') }} as valid_from,
        {{ version_rank('product_id') }} as version_rank
    from versions

),

known as (

    select
        product_id,
        asset_class_id,
        vehicle_type_id,
        product_group,
        share_class,
        valid_from
    from started
    where
        version_rank = 1
        and {{ is_known('valid_from') }}

),

dated as (

    select
        *,
        {{ period_end('cast(null as date)', 'valid_from', 'product_id') }} as valid_to
    from known

)

select * from dated
