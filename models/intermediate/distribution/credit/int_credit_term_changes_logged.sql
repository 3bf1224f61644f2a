{{ config(materialized='change_log', meta={'logged_by': 'term_id'}) }}

with

rules as (

    select * from {{ ref('int_credit_rules_dated') }}

),

periods as (

    select * from {{ ref('int_pay_periods_sequenced') }}

),

flow_classes as (

    select * from {{ ref('flow_classes') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

-- As-is credit uses the rules in force on the as-of date.
dated_rules as (

    select
        rules.*,
        as_of.as_of_date >= rules.valid_from
        and as_of.as_of_date < rules.valid_to as is_in_force
    from rules
    cross join as_of

),

affiliations as (

    select distinct
        scope_id as advisor_id,
        territory_id
    from rules
    where scope = 'affiliation'

),

term_digests as (

    select
        case when scope in ('affiliation', 'advisor') then scope_id end as advisor_id,
        case when scope = 'account' then scope_id end as account_id,
        case when scope = 'flow' then scope_id end as original_flow_id,
        {{ row_digest(['dated_rules']) }} as digest
    from dated_rules
    where scope in ('affiliation', 'advisor', 'account', 'flow')

    union all

    -- A rule of a territory may affect every advisor who was ever placed there.
    select
        affiliations.advisor_id,
        cast(null as text) as account_id,
        cast(null as text) as original_flow_id,
        {{ row_digest(['dated_rules']) }} as digest
    from affiliations
    inner join dated_rules
        on affiliations.territory_id = dated_rules.scope_id
    where dated_rules.scope in ('territory', 'assignment', 'fill_in')

    union all

    select
        cast(null as text) as advisor_id,
        cast(null as text) as account_id,
        cast(null as text) as original_flow_id,
        {{ row_digest(['periods']) }} as digest
    from periods

    union all

    select
        cast(null as text) as advisor_id,
        cast(null as text) as account_id,
        cast(null as text) as original_flow_id,
        {{ row_digest(['flow_classes']) }} as digest
    from flow_classes

),

terms_digested as (

    select
        advisor_id,
        account_id,
        original_flow_id,
        cast(sum(cast(digest as numeric(38, 0))) as numeric(38, 0)) as digest,
        coalesce('advisor|' || advisor_id, '')
        || coalesce('account|' || account_id, '')
        || coalesce('flow|' || original_flow_id, '') as term_id
    from term_digests
    group by
        advisor_id,
        account_id,
        original_flow_id

)

select * from terms_digested
