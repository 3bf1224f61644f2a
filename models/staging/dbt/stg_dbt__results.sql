with

source as (

    select * from {{ recorded('dbt', 'results') }}

),

renamed as (

    select
        invocation_id,
        unique_id,

        command,
        status as reported_status,
        message,

        failures as failing_row_count,
        execution_seconds as duration_seconds,

        max_loaded_at as last_loaded_at,
        completed_at as measured_at
    from source

)

select * from renamed
