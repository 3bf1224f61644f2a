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

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

current_assignments as (

    select assignments.*
    from assignments
    inner join as_of
        on
            assignments.valid_from <= as_of.as_of_date
            and assignments.valid_to > as_of.as_of_date

),

-- The wholesaler of record, as in int_advisors_covered.
covered as (

    select
        territories.*,
        coalesce(externals.wholesaler_id, hybrids.wholesaler_id) as wholesaler_id
    from territories
    left join current_assignments as externals
        on
            territories.territory_id = externals.territory_id
            and externals.role = 'external'
    left join current_assignments as hybrids
        on
            territories.territory_id = hybrids.territory_id
            and hybrids.role = 'hybrid'

),

members as (

    select
        territory_id,
        territory_name,
        region_id,
        wholesaler_id
    from covered
    where territory_id <> 'unassigned'

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
