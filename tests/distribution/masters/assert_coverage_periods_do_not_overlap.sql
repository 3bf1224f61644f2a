-- Periods of one advisor, or of one territory and role, that overlap the next one's
-- start. The next start ends them; this test lists them, so that someone can correct
-- the feed. Of rows with the same start only the one booked last is a period.
{{ config(severity='warn') }}

with

affiliations as (

    select * from {{ ref('stg_distribution__advisor_affiliations') }}

),

assignments as (

    select * from {{ ref('stg_distribution__territory_assignments') }}

),

periods as (

    select
        'advisor ' || advisor_id as covered,
        valid_from,
        valid_to,
        booked_date
    from affiliations
    union all
    select
        'territory ' || territory_id || ', ' || role as covered,
        valid_from,
        valid_to,
        booked_date
    from assignments

),

latest_periods as (

    select
        *,
        row_number() over (
            partition by covered, valid_from
            order by booked_date desc, valid_to asc nulls last
        ) as telling_rank
    from periods

),

followed as (

    select
        covered,
        valid_from,
        valid_to,
        lead(valid_from) over (
            partition by covered
            order by valid_from
        ) as next_valid_from
    from latest_periods
    where telling_rank = 1

)

select *
from followed
where valid_to > next_valid_from
