with

versions as (

    select * from {{ ref('snap_distribution__accounts') }}

),

started as (

    select
        account_id,
        advisor_id,
        household_id,
        account_type,
        {{ version_start('account_id') }} as valid_from,
        {{ version_rank('account_id') }} as version_rank
    from versions

),

known as (

    select
        account_id,
        advisor_id,
        household_id,
        account_type,
        valid_from
    from started
    where
        version_rank = 1
        and {{ is_known('valid_from') }}

),

dated as (

    select
        *,
        {{ period_end('cast(null as date)', 'valid_from', 'account_id') }} as valid_to
    from known

)

select * from dated
