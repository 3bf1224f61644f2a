with

firm_types as (

    select * from {{ ref('stg_distribution__firm_types') }}

),

members as (

    select
        firm_type_id,
        firm_type_name
    from firm_types
    where firm_type_id <> 'unassigned'

    union all

    select
        'unassigned' as firm_type_id,
        'Unassigned' as firm_type_name

),

keyed as (

    select
        {{ surrogate_key(['firm_type_id']) }} as firm_type_key,
        firm_type_id,
        firm_type_name
    from members

)

select * from keyed
