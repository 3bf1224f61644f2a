with

firms as (

    select * from {{ ref('dim_firms') }}

),

firm_types as (

    select * from {{ ref('dim_firm_types') }}

),

channels as (

    select * from {{ ref('dim_channels') }}

),

named as (

    select
        firms.firm_key,
        firms.firm_id,
        firms.firm_name,
        firm_types.firm_type_name,
        channels.channel_name
    from firms
    left join firm_types
        on firms.firm_type_key = firm_types.firm_type_key
    left join channels
        on firms.channel_key = channels.channel_key

)

select * from named
