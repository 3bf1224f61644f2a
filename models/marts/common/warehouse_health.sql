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
load_attempts as (

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

measured_checks as (

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
    from load_attempts
    where load_status = 'loaded'
    group by feed

),

-- The last load of each source of a feed; a failed one counts for the whole feed.
latest_loads as (

    select
        load_attempts.feed,
        load_attempts.load_status,
        load_attempts.message,
        coalesce(statuses.status, 'unknown') as status,
        row_number() over (
            partition by load_attempts.feed
            order by
                coalesce(statuses.is_failing, true) desc,
                load_attempts.started_at desc,
                load_attempts.batch_id desc
        ) as load_rank
    from load_attempts
    left join statuses
        on
            load_attempts.load_status = statuses.reported_status
            and statuses.kind = 'load'
    where load_attempts.recency = 1

),

feed_loads as (

    select
        feed,
        max(coalesce(finished_at, started_at)) as measured_at
    from load_attempts
    group by feed

),

loaded as (

    select
        feeds.area,
        feeds.feed,
        feeds.row_count,
        feeds.last_loaded_at,
        feeds.last_business_date,
        latest_loads.message,
        case
            when latest_loads.status <> 'pass' then latest_loads.load_status
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
        coalesce(feed_loads.measured_at, feeds.last_loaded_at) as measured_at
    from feeds
    left join latest_loads
        on
            feeds.feed = latest_loads.feed
            and latest_loads.load_rank = 1
    left join quarantined
        on feeds.feed = quarantined.feed
    left join feed_loads
        on feeds.feed = feed_loads.feed

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
    from measured_checks

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
