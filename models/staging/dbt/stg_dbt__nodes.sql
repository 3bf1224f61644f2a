with

source as (

    select * from {{ recorded('dbt', 'nodes') }}

),

renamed as (

    select
        unique_id,

        coalesce(area, 'common') as area,
        resource_type,
        name as node_name,
        subject,
        severity,
        relation_name
    from source

)

select * from renamed
