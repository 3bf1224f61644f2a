with

wholesalers as (

    select * from {{ ref('dim_wholesalers') }}

),

territories as (

    select * from {{ ref('dim_territories') }}

),

regions as (

    select * from {{ ref('dim_regions') }}

),

members as (

    select
        'wholesaler' as member_kind,
        wholesaler_id as member_id,
        wholesaler_key
    from wholesalers

    union all

    select
        'territory' as member_kind,
        territory_id as member_id,
        wholesaler_key
    from territories

    union all

    select
        'region' as member_kind,
        regions.region_id as member_id,
        territories.wholesaler_key
    from territories
    inner join regions
        on territories.region_key = regions.region_key

)

-- A region has several territories of one wholesaler, and what is unassigned has none.
select distinct
    member_kind,
    member_id,
    wholesaler_key
from members
where
    member_id <> 'unassigned'
    and wholesaler_key <> {{ unassigned_key() }}
