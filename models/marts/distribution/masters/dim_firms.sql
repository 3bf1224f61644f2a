with

firms as (

    select * from {{ ref('stg_distribution__firms') }}

),

firm_types as (

    select * from {{ ref('dim_firm_types') }}

),

channels as (

    select * from {{ ref('dim_channels') }}

),

members as (

    select
        firm_id,
        firm_name,
        firm_type_id,
        channel_id
    from firms
    where firm_id <> 'unassigned'

    union all

    select
        'unassigned' as firm_id,
        'Unassigned' as firm_name,
        cast(null as text) as firm_type_id,
        cast(null as text) as channel_id

),

keyed as (

    select
        {{ surrogate_key(['members.firm_id']) }} as firm_key,
        {{ member_key('firm_types.firm_type_key') }} as firm_type_key,
        {{ member_key('channels.channel_key') }} as channel_key,
        members.firm_id,
        members.firm_name
    from members
    left join firm_types
        on members.firm_type_id = firm_types.firm_type_id
    left join channels
        on members.channel_id = channels.channel_id

)

select * from keyed
