with

compensation as (

    select * from {{ ref('stg_distribution__wholesaler_compensation') }}

),

wholesalers as (

    select * from {{ ref('dim_wholesalers') }}

),

keyed as (

    select
        {{ surrogate_key(['compensation.compensation_id']) }} as compensation_key,
        compensation.compensation_id,
        {{ member_key('wholesalers.wholesaler_key') }} as wholesaler_key,
        compensation.compensation_type,
        compensation.period_start_date,
        compensation.period_end_date,
        compensation.paid_date,
        compensation.amount as compensation_amount
    from compensation
    left join wholesalers
        on compensation.wholesaler_id = wholesalers.wholesaler_id

)

select * from keyed
