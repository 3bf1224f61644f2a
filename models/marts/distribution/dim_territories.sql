with

territories as (

    select * from {{ ref('stg_distribution__territories') }}

),

regions as (

    select * from {{ ref('dim_regions') }}

),

wholesalers as (

    select * from {{ ref('dim_wholesalers') }}

),

assignments as (

    select * from {{ ref('int_territories_assigned') }}

),

as_of as (

    select * from {{ ref('int_as_of_date_settled') }}

),

covered as (

    select
        territories.*,
        assignments.wholesaler_id
    from territories
    cross join as_of
    left join assignments
        on
            territories.territory_id = assignments.territory_id
            and as_of.as_of_date >= assignments.valid_from
            and as_of.as_of_date < assignments.valid_to

),

members as (

    select
        territory_id,
        territory_name,
        region_id,
        wholesaler_id
    from covered

    union all

    select
        'unassigned' as territory_id,
        'Unassigned' as territory_name,
        cast(null as text) as region_id,
        cast(null as text) as wholesaler_id

),

keyed as (

    select
        {{ surrogate_key(['members.territory_id']) }} as territory_key,
        {{ member_key('regions.region_key') }} as region_key,
        {{ member_key('wholesalers.wholesaler_key') }} as wholesaler_key,
        members.territory_id,
        members.territory_name
    from members
    left join regions
        on members.region_id = regions.region_id
    left join wholesalers
        on members.wholesaler_id = wholesalers.wholesaler_id

)

select * from keyed
