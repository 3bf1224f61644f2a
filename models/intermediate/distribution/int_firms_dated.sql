with

versions as (

    select * from {{ ref('snap_distribution__firms') }}

),

started as (

    select
        firm_id,
        firm_type_id,
        channel_id,
        {{ version_start('firm_id') }} as valid_from,
        {{ version_rank('firm_id') }} as version_rank
    from versions

),

known as (

    select
        firm_id,
        firm_type_id,
        channel_id,
        valid_from
    from started
    where
        version_rank = 1
        and {{ is_known('valid_from') }}

),

dated as (

    select
        *,
        {{ period_end('cast(null as date)', 'valid_from', 'firm_id') }} as valid_to
    from known

)

select * from dated
