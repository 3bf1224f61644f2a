with

advisors as (

    select * from {{ ref('stg_distribution__advisors') }}

),

firms as (

    select * from {{ ref('dim_firms') }}

),

territories as (

    select * from {{ ref('dim_territories') }}

),

coverage as (

    select * from {{ ref('int_advisors_covered') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

current_coverage as (

    select coverage.*
    from coverage
    inner join as_of
        on
            coverage.valid_from <= as_of.as_of_date
            and coverage.valid_to > as_of.as_of_date

),

placed as (

    select
        advisors.*,
        current_coverage.firm_id,
        current_coverage.territory_id
    from advisors
    left join current_coverage
        on advisors.advisor_id = current_coverage.advisor_id

),

members as (

    select
        advisor_id,
        advisor_name,
        crd_number,
        firm_id,
        territory_id
    from placed
    where advisor_id <> 'unassigned'

    union all

    select
        'unassigned' as advisor_id,
        'Unassigned' as advisor_name,
        cast(null as text) as crd_number,
        cast(null as text) as firm_id,
        cast(null as text) as territory_id

),

keyed as (

    select
        {{ surrogate_key(['members.advisor_id']) }} as advisor_key,
        {{ member_key('firms.firm_key') }} as firm_key,
        {{ member_key('territories.territory_key') }} as territory_key,
        members.advisor_id,
        members.advisor_name,
        members.crd_number
    from members
    left join firms
        on members.firm_id = firms.firm_id
    left join territories
        on members.territory_id = territories.territory_id

)

select * from keyed
