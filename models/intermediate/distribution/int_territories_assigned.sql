with

assignments as (

    select * from {{ ref('stg_distribution__territory_assignments') }}

),

-- The next start ends a period that says nothing of its end or runs over it, so that no
-- date finds two wholesalers; a test reports such overlaps.
assigned as (

    select
        territory_id,
        wholesaler_id,
        valid_from,
        {{ period_end('valid_to', 'valid_from', 'territory_id') }} as valid_to
    from assignments

)

select * from assigned
