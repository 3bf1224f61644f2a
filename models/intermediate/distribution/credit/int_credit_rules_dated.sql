with

affiliations as (

    select * from {{ ref('stg_distribution__advisor_affiliations') }}
    where {{ is_known('booked_date') }}

),

assignments as (

    select * from {{ ref('stg_distribution__territory_assignments') }}
    where {{ is_known('booked_date') }}

),

splits as (

    select * from {{ ref('stg_distribution__credit_splits') }}
    where {{ is_known('booked_date') }}

),

wholesalers as (

    select * from {{ ref('stg_distribution__wholesalers') }}

),

periods as (

    select * from {{ ref('int_pay_periods_sequenced') }}

),

-- `subject` is whose periods follow each other: the advisor, the territory's role, or
-- one wholesaler's part in a split.
rules as (

    select
        'affiliation' as scope,
        advisor_id as scope_id,
        cast(null as text) as role,
        advisor_id as subject,
        territory_id,
        cast(null as text) as wholesaler_id,
        cast(null as numeric(10, 8)) as split_rate,
        valid_from,
        valid_to,
        booked_date
    from affiliations

    union all

    select
        'assignment' as scope,
        territory_id as scope_id,
        role,
        role as subject,
        territory_id,
        wholesaler_id,
        cast(1 as numeric(10, 8)) as split_rate,
        valid_from,
        valid_to,
        booked_date
    from assignments

    union all

    -- A hybrid fills in for an external where there is none.
    select
        'fill_in' as scope,
        territory_id as scope_id,
        'external' as role,
        'external' as subject,
        territory_id,
        wholesaler_id,
        cast(1 as numeric(10, 8)) as split_rate,
        valid_from,
        valid_to,
        booked_date
    from assignments
    where role = 'hybrid'

    union all

    select
        scope,
        scope_id,
        role,
        role || '|' || wholesaler_id as subject,
        cast(null as text) as territory_id,
        wholesaler_id,
        split_rate,
        valid_from,
        valid_to,
        booked_date
    from splits

),

-- The first period whose lock has not yet passed when the rule is told.
told as (

    select
        rules.*,
        periods.period_sequence as told_sequence
    from rules
    inner join periods
        on
            rules.booked_date > periods.known_after_date
            and rules.booked_date <= periods.known_until_date

),

tellings as (

    select
        scope,
        scope_id,
        subject,
        told_sequence as known_from_sequence,
        min(valid_from) as changed_from_date,
        lead(told_sequence) over (
            partition by scope, scope_id, subject
            order by told_sequence
        ) as known_to_sequence
    from told
    group by scope, scope_id, subject, told_sequence

),

known as (

    select
        told.scope,
        told.scope_id,
        told.subject,
        told.role,
        told.territory_id,
        told.wholesaler_id,
        told.split_rate,
        told.valid_from,
        told.valid_to,
        tellings.changed_from_date,
        tellings.known_from_sequence,
        tellings.known_to_sequence,
        row_number() over (
            partition by
                told.scope,
                told.scope_id,
                told.subject,
                told.valid_from,
                tellings.known_from_sequence
            order by told.booked_date desc, {{ bytewise('told.wholesaler_id') }}
        ) as telling_rank,
        min(told.valid_from) over (
            partition by
                told.scope, told.scope_id, told.subject, tellings.known_from_sequence
        ) as first_valid_from
    from told
    inner join tellings
        on
            told.scope = tellings.scope
            and told.scope_id = tellings.scope_id
            and told.subject = tellings.subject
            and told.told_sequence <= tellings.known_from_sequence

),

-- As in int_advisors_covered the first affiliation is open to the past. An assignment
-- or a split is not: nobody earns before it was agreed.
opened as (

    select
        *,
        case
            when scope = 'affiliation' and valid_from = first_valid_from
                then {{ start_of_time() }}
            else valid_from
        end as opened_from
    from known
    where telling_rank = 1

),

dated as (

    select
        scope,
        scope_id,
        subject,
        role,
        territory_id,
        wholesaler_id,
        split_rate,
        opened_from as valid_from,
        {{ period_end(
            'valid_to', 'valid_from', 'scope, scope_id, subject, known_from_sequence'
        ) }} as valid_to,
        case
            when scope = 'affiliation' and changed_from_date = first_valid_from
                then {{ start_of_time() }}
            else changed_from_date
        end as changed_from_date,
        known_from_sequence,
        coalesce(known_to_sequence, 2147483647) as known_to_sequence
    from opened

),

-- A wholesaler whom no feed knows earns for the unassigned member.
recognised as (

    select
        dated.scope,
        dated.scope_id,
        dated.subject,
        dated.role,
        dated.territory_id,
        dated.split_rate,
        dated.valid_from,
        dated.valid_to,
        dated.changed_from_date,
        dated.known_from_sequence,
        dated.known_to_sequence,
        case
            when dated.wholesaler_id is not null
                then coalesce(wholesalers.wholesaler_id, 'unassigned')
        end as wholesaler_id
    from dated
    left join wholesalers
        on dated.wholesaler_id = wholesalers.wholesaler_id

)

select * from recognised
