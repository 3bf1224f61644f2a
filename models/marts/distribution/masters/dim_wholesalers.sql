with

wholesalers as (

    select * from {{ ref('stg_distribution__wholesalers') }}

),

members as (

    select
        wholesaler_id,
        wholesaler_name,
        hired_date,
        left_date
    from wholesalers
    where wholesaler_id not in ('unassigned', 'unallocated')

    union all

    select
        'unassigned' as wholesaler_id,
        'Unassigned' as wholesaler_name,
        cast(null as date) as hired_date,
        cast(null as date) as left_date

    union all

    -- Holds the credit that no rule gives to anyone; see fact_sales_credit.
    select
        'unallocated' as wholesaler_id,
        'Unallocated' as wholesaler_name,
        cast(null as date) as hired_date,
        cast(null as date) as left_date

),

keyed as (

    select
        {{ surrogate_key(['wholesaler_id']) }} as wholesaler_key,
        wholesaler_id,
        wholesaler_name,
        hired_date,
        left_date
    from members

)

select * from keyed
