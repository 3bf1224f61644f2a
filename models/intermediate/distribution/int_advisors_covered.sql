with

affiliations as (

    select * from {{ ref('stg_distribution__advisor_affiliations') }}

),

assignment_periods as (

    select * from {{ ref('int_territories_assigned') }}

),

-- As with territories, the next start ends a period: no date finds two firms.
affiliation_periods as (

    select
        advisor_id,
        firm_id,
        territory_id,
        valid_from,
        {{ period_end('valid_to', 'valid_from', 'advisor_id') }} as valid_to
    from affiliations

),

boundaries as (

    select
        advisor_id,
        valid_from as boundary_date
    from affiliation_periods

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
        lead(boundary_date) over (
            partition by advisor_id
            order by boundary_date
        ) as next_boundary_date
    from boundaries

),

covered as (

    select
        slices.advisor_id,
        affiliation_periods.firm_id,
        affiliation_periods.territory_id,
        assignment_periods.wholesaler_id,
        slices.valid_from,
        least(
            affiliation_periods.valid_to,
            coalesce(slices.next_boundary_date, affiliation_periods.valid_to)
        ) as valid_to
    from slices
    inner join affiliation_periods
        on
            slices.advisor_id = affiliation_periods.advisor_id
            and slices.valid_from >= affiliation_periods.valid_from
            and slices.valid_from < affiliation_periods.valid_to
    left join assignment_periods
        on
            affiliation_periods.territory_id = assignment_periods.territory_id
            and slices.valid_from >= assignment_periods.valid_from
            and slices.valid_from < assignment_periods.valid_to

)

select * from covered
