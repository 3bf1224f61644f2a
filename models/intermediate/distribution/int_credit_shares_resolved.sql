{%- set home_office_credit = chosen_setting(
    'home_office_credit', ['territory', 'none']
) -%}

-- A split that differs from one by less than this was cut off at its last decimal, as
-- three thirds are; it is taken as whole.
{%- set tolerance = "cast('0.000001' as numeric(10, 8))" %}

with

flows as (

    select * from {{ ref('int_flows_attributed') }}

),

flow_classes as (

    select * from {{ ref('flow_classes') }}

),

rules as (

    select * from {{ ref('int_credit_rules_versioned') }}

),

wholesalers as (

    select * from {{ ref('stg_distribution__wholesalers') }}

),

periods as (

    select * from {{ ref('int_pay_periods_sequenced') }}

),

as_of as (

    select * from {{ ref('int_as_of_date_settled') }}

),

booked_days as (

    select distinct booked_date from flows

),

-- Paid in the period of the day on which the flow was booked, or in the first after it
-- that was not locked by then.
pay_days as (

    select
        booked_days.booked_date,
        greatest(
            covering.period_sequence, open_then.period_sequence
        ) as period_sequence
    from booked_days
    inner join periods as covering
        on
            booked_days.booked_date >= covering.period_start_date
            and booked_days.booked_date < covering.next_start_date
    inner join periods as open_then
        on
            booked_days.booked_date > open_then.known_after_date
            and booked_days.booked_date <= open_then.known_until_date

),

credited_flows as (

    select
        flows.flow_id,
        flows.original_flow_id,
        flows.account_id,
        flows.advisor_id,
        flows.trade_date,
        pay_days.period_sequence,
        case
            when not flow_classes.is_creditable then 'not_creditable'
            when
                flows.discretion = 'home_office'
                and '{{ home_office_credit }}' = 'none'
                then 'home_office'
        end as held_out_status
    from flows
    cross join as_of
    inner join flow_classes
        on flows.flow_class = flow_classes.flow_class
    inner join pay_days
        on flows.booked_date = pay_days.booked_date
    where
        flows.trade_date <= as_of.as_of_date
        and (
            flows.gross_sales_amount <> 0
            or flows.redemption_amount <> 0
            or flows.firm_net_flow_amount <> 0
        )

),

-- Every flow is split once for each role that any rule knows, so each role adds up to
-- the firm. A role is in use from the period in which its first rule was told.
roles as (

    select
        role,
        min(known_from_sequence) as in_use_from_sequence
    from rules
    where role is not null and role <> 'external'
    group by role

    union all

    select
        'external' as role,
        1 as in_use_from_sequence

),

changes as (

    select distinct
        scope,
        scope_id,
        known_from_sequence as period_sequence,
        changed_from_date
    from rules

),

advisor_territories as (

    select distinct
        scope_id as advisor_id,
        territory_id
    from rules
    where scope = 'affiliation'

),

advisor_changes as (

    select
        scope_id as advisor_id,
        period_sequence,
        changed_from_date
    from changes
    where scope in ('affiliation', 'advisor')

    union

    select
        advisor_territories.advisor_id,
        changes.period_sequence,
        changes.changed_from_date
    from changes
    inner join advisor_territories
        on changes.scope_id = advisor_territories.territory_id
    where changes.scope in ('assignment', 'territory')

),

-- When a flow's credit has to be looked at: as it is paid first, and again in each
-- later period in which a rule that may touch it was told.
occasions as (

    select
        flow_id,
        period_sequence
    from credited_flows

    union

    select
        credited_flows.flow_id,
        advisor_changes.period_sequence
    from credited_flows
    inner join advisor_changes
        on
            credited_flows.advisor_id = advisor_changes.advisor_id
            and credited_flows.period_sequence < advisor_changes.period_sequence
            and credited_flows.trade_date >= advisor_changes.changed_from_date

    union

    select
        credited_flows.flow_id,
        changes.period_sequence
    from credited_flows
    inner join changes
        on
            credited_flows.account_id = changes.scope_id
            and changes.scope = 'account'
            and credited_flows.period_sequence < changes.period_sequence
            and credited_flows.trade_date >= changes.changed_from_date

    union

    select
        credited_flows.flow_id,
        changes.period_sequence
    from credited_flows
    inner join changes
        on
            credited_flows.original_flow_id = changes.scope_id
            and changes.scope = 'flow'
            and credited_flows.period_sequence < changes.period_sequence
            and credited_flows.trade_date >= changes.changed_from_date

    union

    select
        credited_flows.flow_id,
        roles.in_use_from_sequence as period_sequence
    from credited_flows
    inner join roles
        on credited_flows.period_sequence < roles.in_use_from_sequence

),

newest as (

    select max(period_sequence) as period_sequence
    from periods

),

-- As-is asks by the rules of the as-of date, known now; the others by those of the
-- trade date, as known on each occasion.
questions as (

    select
        credited_flows.flow_id,
        credited_flows.original_flow_id,
        credited_flows.account_id,
        credited_flows.advisor_id,
        credited_flows.held_out_status,
        false as is_as_is,
        occasions.period_sequence,
        credited_flows.trade_date as rule_date
    from credited_flows
    inner join occasions
        on credited_flows.flow_id = occasions.flow_id

    union all

    select
        credited_flows.flow_id,
        credited_flows.original_flow_id,
        credited_flows.account_id,
        credited_flows.advisor_id,
        credited_flows.held_out_status,
        true as is_as_is,
        newest.period_sequence,
        as_of.as_of_date as rule_date
    from credited_flows
    cross join as_of
    cross join newest

),

placed as (

    select
        questions.*,
        affiliations.territory_id
    from questions
    left join rules as affiliations
        on
            affiliations.scope = 'affiliation'
            and questions.advisor_id = affiliations.scope_id
            and questions.rule_date >= affiliations.valid_from
            and questions.rule_date < affiliations.valid_to
            and questions.period_sequence >= affiliations.known_from_sequence
            and questions.period_sequence < affiliations.known_to_sequence

),

asked as (

    select
        placed.*,
        roles.role,
        lead(placed.period_sequence) over (
            partition by placed.flow_id, placed.is_as_is, roles.role
            order by placed.period_sequence
        ) as next_sequence
    from placed
    inner join roles
        on placed.period_sequence >= roles.in_use_from_sequence

),

-- The narrowest scope that has a rule wins; a hybrid fills in for an external.
earning_rules as (

    select
        *,
        role as earned_role,
        case scope
            when 'flow' then 1
            when 'account' then 2
            when 'advisor' then 3
            when 'territory' then 4
            else 5
        end as scope_rank
    from rules
    where split_rate > 0

    union all

    select
        *,
        'external' as earned_role,
        6 as scope_rank
    from rules
    where scope = 'assignment' and role = 'hybrid'

),

candidates as (

    {% for scope, scope_id in [
        ('flow', 'original_flow_id'),
        ('account', 'account_id'),
        ('advisor', 'advisor_id'),
        ('territory', 'territory_id'),
        ('assignment', 'territory_id'),
    ] -%}
        select
            asked.flow_id,
            asked.is_as_is,
            asked.role,
            asked.period_sequence,
            earning_rules.scope_rank,
            earning_rules.wholesaler_id,
            earning_rules.split_rate
        from asked
        inner join earning_rules
            on
                earning_rules.scope = '{{ scope }}'
                and asked.{{ scope_id }} = earning_rules.scope_id
                and asked.role = earning_rules.earned_role
                and asked.rule_date >= earning_rules.valid_from
                and asked.rule_date < earning_rules.valid_to
                and asked.period_sequence >= earning_rules.known_from_sequence
                and asked.period_sequence < earning_rules.known_to_sequence
        where asked.held_out_status is null
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

narrowest as (

    select
        *,
        min(scope_rank) over (
            partition by flow_id, is_as_is, role, period_sequence
        ) as narrowest_rank
    from candidates

),

-- A wholesaler whom no feed knows earns for the unassigned member.
shares as (

    select
        narrowest.flow_id,
        narrowest.is_as_is,
        narrowest.role,
        narrowest.period_sequence,
        coalesce(wholesalers.wholesaler_id, 'unassigned') as wholesaler_id,
        sum(narrowest.split_rate) as split_rate
    from narrowest
    left join wholesalers
        on narrowest.wholesaler_id = wholesalers.wholesaler_id
    where narrowest.scope_rank = narrowest.narrowest_rank
    group by
        narrowest.flow_id,
        narrowest.is_as_is,
        narrowest.role,
        narrowest.period_sequence,
        coalesce(wholesalers.wholesaler_id, 'unassigned')

),

totalled as (

    select
        *,
        sum(split_rate) over (
            partition by flow_id, is_as_is, role, period_sequence
        ) as total_rate,
        row_number() over (
            partition by flow_id, is_as_is, role, period_sequence
            order by {{ bytewise('wholesaler_id') }}
        ) as share_rank
    from shares

),

earned as (

    select
        flow_id,
        is_as_is,
        role,
        period_sequence,
        wholesaler_id,
        case
            when wholesaler_id = 'unassigned' then 'unassigned' else 'credited'
        end as credit_status,
        split_rate
    from totalled
    where total_rate <= 1 + {{ tolerance }}

    union all

    -- Never rescaled: what a split leaves over is nobody's, and one that gives away
    -- more than there is holds the whole trade out of pay.
    select
        flow_id,
        is_as_is,
        role,
        period_sequence,
        'unallocated' as wholesaler_id,
        case when total_rate > 1 then 'over_allocated' else 'unallocated' end
            as credit_status,
        case
            when total_rate > 1 then cast(1 as numeric(38, 8))
            else cast(1 - total_rate as numeric(38, 8))
        end as split_rate
    from totalled
    where
        share_rank = 1
        and abs(1 - total_rate) > {{ tolerance }}

),

resolved as (

    select
        asked.flow_id,
        asked.role,
        asked.is_as_is,
        asked.period_sequence,
        asked.next_sequence,
        cast(coalesce(earned.split_rate, 1) as numeric(10, 8)) as split_rate,
        coalesce(
            earned.wholesaler_id,
            case
                when asked.held_out_status is null
                    then 'unassigned'
                else 'unallocated'
            end
        ) as wholesaler_id,
        coalesce(
            earned.credit_status, asked.held_out_status, 'unassigned'
        ) as credit_status
    from asked
    left join earned
        on
            asked.flow_id = earned.flow_id
            and asked.role = earned.role
            and asked.is_as_is = earned.is_as_is
            and asked.period_sequence = earned.period_sequence

)

select * from resolved
