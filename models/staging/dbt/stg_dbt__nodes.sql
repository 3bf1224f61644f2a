with

source as (

    select * from {{ recorded('dbt', 'nodes') }}

),

renamed as (

    select
        unique_id,

        resource_type,
        name as node_name,
        subject,
        severity,
        relation_name,
        coalesce(area, 'common') as area
    from source

)

select * from renamed
