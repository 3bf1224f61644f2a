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

-- A rule's period ends where the next one of the same `subject` begins: the advisor,
-- the territory's role, or one wholesaler's part in a split.
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

-- The first pay period that is not locked yet when the rule is booked.
recorded_rules as (

    select
        rules.*,
        periods.period_sequence as recorded_sequence
    from rules
    inner join periods
        on
            rules.booked_date > periods.known_after_date
            and rules.booked_date <= periods.known_until_date

),

rule_versions as (

    select
        scope,
        scope_id,
        subject,
        recorded_sequence as known_from_sequence,
        min(valid_from) as changed_from_date,
        lead(recorded_sequence) over (
            partition by scope, scope_id, subject
            order by recorded_sequence
        ) as known_to_sequence
    from recorded_rules
    group by scope, scope_id, subject, recorded_sequence

),

known_rules as (

    select
        recorded_rules.scope,
        recorded_rules.scope_id,
        recorded_rules.subject,
        recorded_rules.role,
        recorded_rules.territory_id,
        recorded_rules.wholesaler_id,
        recorded_rules.split_rate,
        recorded_rules.valid_from,
        recorded_rules.valid_to,
        rule_versions.changed_from_date,
        rule_versions.known_from_sequence,
        rule_versions.known_to_sequence,
        row_number() over (
            partition by
                recorded_rules.scope,
                recorded_rules.scope_id,
                recorded_rules.subject,
                recorded_rules.valid_from,
                rule_versions.known_from_sequence
            order by
                recorded_rules.booked_date desc,
                {{ bytewise('recorded_rules.wholesaler_id') }}
        ) as version_rank
    from recorded_rules
    inner join rule_versions
        on
            recorded_rules.scope = rule_versions.scope
            and recorded_rules.scope_id = rule_versions.scope_id
            and recorded_rules.subject = rule_versions.subject
            and recorded_rules.recorded_sequence <= rule_versions.known_from_sequence

),

-- A row that ends where it begins, or before, is no period: it withdraws another one.
periods_in_force as (

    select
        *,
        min(valid_from) over (
            partition by scope, scope_id, subject, known_from_sequence
        ) as first_valid_from
    from known_rules
    where
        version_rank = 1
        and {{ is_period() }}

),

-- As in int_advisors_covered, the first affiliation also holds for all time before it.
-- An assignment or a split does not: no one earns before it was agreed.
opened_rules as (

    select
        *,
        case
            when scope = 'affiliation' and valid_from = first_valid_from
                then {{ start_of_time() }}
            else valid_from
        end as opened_from
    from periods_in_force

),

dated_rules as (

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
            when scope = 'affiliation' and changed_from_date <= first_valid_from
                then {{ start_of_time() }}
            else changed_from_date
        end as changed_from_date,
        known_from_sequence,
        coalesce(known_to_sequence, 2147483647) as known_to_sequence
    from opened_rules

),

-- A wholesaler who is in no feed becomes the unassigned member.
recognised_rules as (

    select
        dated_rules.scope,
        dated_rules.scope_id,
        dated_rules.subject,
        dated_rules.role,
        dated_rules.territory_id,
        dated_rules.split_rate,
        dated_rules.valid_from,
        dated_rules.valid_to,
        dated_rules.changed_from_date,
        dated_rules.known_from_sequence,
        dated_rules.known_to_sequence,
        case
            when dated_rules.wholesaler_id is not null
                then coalesce(wholesalers.wholesaler_id, 'unassigned')
        end as wholesaler_id
    from dated_rules
    left join wholesalers
        on dated_rules.wholesaler_id = wholesalers.wholesaler_id

)

select * from recognised_rules
