with

versions as (

    select * from {{ ref('snap_distribution__territories') }}

),

started as (

    select
        territory_id,
        region_id,
        {{ version_start('territory_id') }} as valid_from,
        {{ version_rank('territory_id') }} as version_rank
    from versions

),

known as (

    select
        territory_id,
        region_id,
        valid_from
    from started
    where
        version_rank = 1
        and {{ is_known('valid_from') }}

),

dated as (

    select
        *,
        {{ period_end('cast(null as date)', 'valid_from', 'territory_id') }} as valid_to
    from known

)

select * from dated
