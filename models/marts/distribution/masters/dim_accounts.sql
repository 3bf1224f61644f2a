with

accounts as (

    select * from {{ ref('stg_distribution__accounts') }}

),

advisors as (

    select * from {{ ref('dim_advisors') }}

),

members as (

    select
        account_id,
        account_name,
        account_type,
        household_id,
        opened_date,
        closed_date,
        advisor_id
    from accounts
    where account_id not in ('unassigned', 'in_transit')

    union all

    -- Holds what has left one account and not yet arrived at another.
    select
        'in_transit' as account_id,
        'In transit' as account_name,
        cast(null as text) as account_type,
        cast(null as text) as household_id,
        cast(null as date) as opened_date,
        cast(null as date) as closed_date,
        cast(null as text) as advisor_id

    union all

    select
        'unassigned' as account_id,
        'Unassigned' as account_name,
        cast(null as text) as account_type,
        cast(null as text) as household_id,
        cast(null as date) as opened_date,
        cast(null as date) as closed_date,
        cast(null as text) as advisor_id

),

keyed as (

    select
        {{ surrogate_key(['members.account_id']) }} as account_key,
        {{ member_key('advisors.advisor_key') }} as advisor_key,
        members.account_id,
        members.account_name,
        members.account_type,
        members.household_id,
        members.opened_date,
        members.closed_date
    from members
    left join advisors
        on members.advisor_id = advisors.advisor_id

)

select * from keyed
