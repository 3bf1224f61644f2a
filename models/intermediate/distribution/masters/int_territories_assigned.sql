with

assignments as (

    select * from {{ ref('stg_distribution__territory_assignments') }}
    where {{ is_known('booked_date') }}

),

latest_told as (

    select
        *,
        row_number() over (
            partition by territory_id, role, valid_from
            order by booked_date desc, {{ bytewise('wholesaler_id') }}
        ) as telling_rank
    from assignments

),

-- A row that ends where it begins, or before, is no period: nobody was assigned by it.
proper_periods as (

    select * from latest_told
    where
        telling_rank = 1
        and {{ is_period() }}

),

-- The next start ends a period that says nothing of its end or runs over it, so that no
-- date finds two wholesalers in one role; a test reports such overlaps.
assigned as (

    select
        territory_id,
        role,
        wholesaler_id,
        valid_from,
        {{ period_end('valid_to', 'valid_from', 'territory_id, role') }} as valid_to
    from proper_periods

)

select * from assigned
