with

source as (

    select * from {{ recorded('loader', 'load_log') }}

),

renamed as (

    select
        batch_id,

        feed,
        source as delivery_source,
        status as load_status,
        error as message,

        rows_quarantined as quarantined_row_count,

        started_at,
        finished_at
    from source

)

select * from renamed
