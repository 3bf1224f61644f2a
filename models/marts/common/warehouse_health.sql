{{ config(materialized='view') }}

with

nodes as (

    select * from {{ ref('stg_dbt__nodes') }}

),

results as (

    select
        *,
        row_number() over (
            partition by unique_id
            order by measured_at desc, invocation_id desc
        ) as recency
    from {{ ref('stg_dbt__results') }}

),

feeds as (

    select * from {{ ref('feeds') }}

),

-- A failed load counts until its source delivers something new, whatever others did.
attempts as (

    select
        *,
        row_number() over (
            partition by feed, delivery_source
            order by started_at desc, batch_id desc
        ) as recency
    from {{ ref('stg_loader__loads') }}
    where load_status <> 'unchanged'

),

statuses as (

    select * from {{ ref('check_statuses') }}

),

measured as (

    select
        nodes.unique_id as check_id,
        nodes.area,
        nodes.node_name as check_name,
        nodes.subject,
        nodes.resource_type,
        nodes.severity,
        results.failing_row_count,
        results.last_loaded_at,
        results.message,
        results.measured_at,
        results.duration_seconds,
        results.invocation_id,
        case
            when nodes.resource_type = 'source' then 'freshness'
            when nodes.resource_type in ('test', 'unit_test') then 'test'
            else 'model'
        end as kind,
        case
            when
                nodes.resource_type = 'source'
                and results.last_loaded_at is null
                and results.reported_status <> 'runtime error'
                then 'empty'
            when
                nodes.resource_type = 'source'
                and results.reported_status in ('warn', 'error')
                and '{{ var("feed_schema") }}' = 'sample'
                then 'sample'
            else coalesce(results.reported_status, 'not run')
        end as reported_status,
        case
            when results.failing_row_count > 0 then nodes.relation_name
        end as failing_rows_relation
    from nodes
    left join results
        on
            nodes.unique_id = results.unique_id
            and results.recency = 1

),

quarantined as (

    select
        feed,
        sum(quarantined_row_count) as quarantined_row_count
    from attempts
    where load_status = 'loaded'
    group by feed

),

-- Of the last attempts of a feed's sources, what went wrong stands for the feed.
standing as (

    select
        attempts.feed,
        attempts.load_status,
        attempts.message,
        coalesce(statuses.status, 'unknown') as status,
        row_number() over (
            partition by attempts.feed
            order by
                coalesce(statuses.is_failing, true) desc,
                attempts.started_at desc,
                attempts.batch_id desc
        ) as standing
    from attempts
    left join statuses
        on
            attempts.load_status = statuses.reported_status
            and statuses.kind = 'load'
    where attempts.recency = 1

),

attempted as (

    select
        feed,
        max(coalesce(finished_at, started_at)) as measured_at
    from attempts
    group by feed

),

loaded as (

    select
        feeds.area,
        feeds.feed,
        feeds.row_count,
        feeds.last_loaded_at,
        feeds.last_business_date,
        standing.message,
        case
            when standing.status <> 'pass' then standing.load_status
            when quarantined.quarantined_row_count > 0 then 'quarantined'
            when feeds.row_count = 0 then 'empty'
            else 'loaded'
        end as reported_status,
        cast(
            coalesce(quarantined.quarantined_row_count, 0) as bigint
        ) as failing_row_count,
        case
            when quarantined.quarantined_row_count > 0
                then '{{ generate_schema_name("quarantine", model) }}.rejected_rows'
        end as failing_rows_relation,
        coalesce(attempted.measured_at, feeds.last_loaded_at) as measured_at
    from feeds
    left join standing
        on
            feeds.feed = standing.feed
            and standing.standing = 1
    left join quarantined
        on feeds.feed = quarantined.feed
    left join attempted
        on feeds.feed = attempted.feed

),

checks as (

    select
        check_id,
        kind,
        area,
        check_name,
        subject,
        resource_type,
        reported_status,
        severity,
        failing_row_count,
        failing_rows_relation,
        cast(null as bigint) as row_count,
        last_loaded_at,
        cast(null as date) as last_business_date,
        message,
        measured_at,
        duration_seconds,
        invocation_id
    from measured

    union all

    select
        'load.' || feed as check_id,
        'load' as kind,
        area,
        feed as check_name,
        feed as subject,
        'source' as resource_type,
        reported_status,
        'error' as severity,
        failing_row_count,
        failing_rows_relation,
        row_count,
        last_loaded_at,
        last_business_date,
        message,
        measured_at,
        cast(null as numeric(18, 3)) as duration_seconds,
        cast(null as text) as invocation_id
    from loaded

),

classified as (

    select
        checks.*,
        coalesce(statuses.status, 'unknown') as status,
        coalesce(statuses.is_failing, true) as is_failing
    from checks
    left join statuses
        on
            checks.kind = statuses.kind
            and checks.reported_status = statuses.reported_status

),

shown as (

    select
        check_id,
        kind,
        area,
        check_name,
        subject,
        resource_type,
        status,
        is_failing,
        severity,
        failing_row_count,
        failing_rows_relation,
        row_count,
        last_loaded_at,
        last_business_date,
        message,
        measured_at,
        duration_seconds,
        invocation_id
    from classified

)

select * from shown
