with

regions as (

    select * from {{ ref('stg_distribution__regions') }}

),

members as (

    select
        region_id,
        region_name
    from regions
    where region_id <> 'unassigned'

    union all

    select
        'unassigned' as region_id,
        'Unassigned' as region_name

),

keyed as (

    select
        {{ surrogate_key(['region_id']) }} as region_key,
        region_id,
        region_name
    from members

)

select * from keyed
