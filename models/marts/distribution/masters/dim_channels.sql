with

channels as (

    select * from {{ ref('stg_distribution__channels') }}

),

members as (

    select
        channel_id,
        channel_name
    from channels
    where channel_id <> 'unassigned'

    union all

    select
        'unassigned' as channel_id,
        'Unassigned' as channel_name

),

keyed as (

    select
        {{ surrogate_key(['channel_id']) }} as channel_key,
        channel_id,
        channel_name
    from members

)

select * from keyed
