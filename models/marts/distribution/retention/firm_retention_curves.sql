with

curves as (

    select * from {{ ref('retention_curves') }}

),

-- Rates without lots and amounts: of two wholesalers each could subtract the own ones.
firm_curves as (

    select
        as_of_date,
        relief_method,
        age_days,
        retention_rate,
        retention_km_rate
    from curves
    where scope = 'firm'

)

select * from firm_curves
