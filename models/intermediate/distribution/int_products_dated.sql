with

versions as (

    select * from {{ ref('snap_distribution__products') }}

),

ranked as (

    select
        *,
        cast(dbt_valid_from as date) as told_date,
        min(cast(dbt_valid_from as date)) over (partition by product_id)
            as first_told_date,
        {{ version_rank('product_id') }} as version_rank
    from versions

),

-- What the first delivery says was so before it: a fact of any earlier day finds it.
opened as (

    select
        product_id,
        asset_class_id,
        vehicle_type_id,
        product_group,
        share_class,
        case
            when told_date = first_told_date then {{ start_of_time() }} else told_date
        end as valid_from
    from ranked
    where
        version_rank = 1
        and (told_date = first_told_date or {{ is_known('told_date') }})

),

dated as (

    select
        *,
        {{ period_end('cast(null as date)', 'valid_from', 'product_id') }} as valid_to
    from opened

)

select * from dated
