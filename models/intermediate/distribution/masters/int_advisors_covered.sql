with

affiliations as (

    select * from {{ ref('stg_distribution__advisor_affiliations') }}
    where {{ is_known('booked_date') }}

),

-- Internals stand beside the wholesaler of record and never are one.
assignment_periods as (

    select * from {{ ref('int_territories_assigned') }}
    where role in ('external', 'hybrid')

),

latest_told as (

    select
        *,
        row_number() over (
            partition by advisor_id, valid_from
            order by booked_date desc, {{ bytewise('firm_id') }}
        ) as telling_rank
    from affiliations

),

-- A row that ends where it begins, or before, is no period.
proper_periods as (

    select
        *,
        min(valid_from) over (partition by advisor_id) as first_valid_from
    from latest_told
    where
        telling_rank = 1
        and {{ is_period() }}

),

-- An advisor was somewhere before the first affiliation that a source remembers, so
-- that one is open to the past.
opened as (

    select
        advisor_id,
        firm_id,
        territory_id,
        case
            when valid_from = first_valid_from
                then {{ start_of_time() }}
            else valid_from
        end as valid_from,
        valid_to
    from proper_periods

),

-- As with territories, the next start ends a period: no date finds two firms.
affiliation_periods as (

    select
        advisor_id,
        firm_id,
        territory_id,
        valid_from,
        {{ period_end('valid_to', 'valid_from', 'advisor_id') }} as valid_to
    from opened

),

boundaries as (

    select
        advisor_id,
        valid_from as boundary_date
    from affiliation_periods

    union

    -- What an affiliation leaves open is a period too, with no firm.
    select
        advisor_id,
        valid_to as boundary_date
    from affiliation_periods
    where valid_to < {{ end_of_time() }}

    union

    select
        affiliation_periods.advisor_id,
        assignment_periods.valid_from as boundary_date
    from affiliation_periods
    inner join assignment_periods
        on
            affiliation_periods.territory_id = assignment_periods.territory_id
            and affiliation_periods.valid_from < assignment_periods.valid_from
            and affiliation_periods.valid_to > assignment_periods.valid_from

    union

    select
        affiliation_periods.advisor_id,
        assignment_periods.valid_to as boundary_date
    from affiliation_periods
    inner join assignment_periods
        on
            affiliation_periods.territory_id = assignment_periods.territory_id
            and affiliation_periods.valid_from < assignment_periods.valid_to
            and affiliation_periods.valid_to > assignment_periods.valid_to

),

slices as (

    select
        advisor_id,
        boundary_date as valid_from,
        lead(boundary_date, 1, {{ end_of_time() }}) over (
            partition by advisor_id
            order by boundary_date
        ) as valid_to
    from boundaries

),

covered as (

    select
        slices.advisor_id,
        affiliation_periods.firm_id,
        affiliation_periods.territory_id,
        slices.valid_from,
        slices.valid_to,
        coalesce(externals.wholesaler_id, hybrids.wholesaler_id) as wholesaler_id
    from slices
    left join affiliation_periods
        on
            slices.advisor_id = affiliation_periods.advisor_id
            and slices.valid_from >= affiliation_periods.valid_from
            and slices.valid_from < affiliation_periods.valid_to
    left join assignment_periods as externals
        on
            affiliation_periods.territory_id = externals.territory_id
            and slices.valid_from >= externals.valid_from
            and slices.valid_from < externals.valid_to
            and externals.role = 'external'
    left join assignment_periods as hybrids
        on
            affiliation_periods.territory_id = hybrids.territory_id
            and slices.valid_from >= hybrids.valid_from
            and slices.valid_from < hybrids.valid_to
            and hybrids.role = 'hybrid'

)

select * from covered
