with

territories as (

    select * from {{ ref('dim_territories') }}

),

regions as (

    select * from {{ ref('dim_regions') }}

),

named as (

    select
        territories.territory_key,
        territories.territory_id,
        territories.territory_name,
        regions.region_name
    from territories
    left join regions
        on territories.region_key = regions.region_key

)

select * from named
