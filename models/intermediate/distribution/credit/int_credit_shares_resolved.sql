{{ config(
    materialized='incremental_by_change',
    meta={'changes_with': 'credit', 'parts_of': 'int_flows_attributed'},
) }}

{%- set home_office_credit = chosen_setting(
    'home_office_credit', ['territory', 'none']
) -%}
{#- Scopes of a rule, narrowest first, with the column of a flow that each matches. -#}
{%- set scopes = {
    'flow': 'original_flow_id',
    'account': 'account_id',
    'advisor': 'advisor_id',
    'territory': 'territory_id',
    'assignment': 'territory_id',
    'fill_in': 'territory_id',
} -%}
{%- set occasion = 'partition by flow_id, is_as_is, role, period_sequence' %}

-- A split whose parts add up to one within this tolerance counts as whole: its parts
-- were cut off at the last decimal, as three thirds are.
{%- set tolerance = "cast('0.000001' as numeric(10, 8))" %}

with

flows as (

    select * from {{ ref('int_flows_attributed') }}
    where {{ is_changed('credit') }}

),

flow_classes as (

    select * from {{ ref('flow_classes') }}

),

rules as (

    select * from {{ ref('int_credit_rules_dated') }}

),

-- One import each, so that the planner sees how many rules a scope has.
{% for scope in ['affiliation'] + scopes.keys() | list -%}
    {{ scope }}_rules as (

        select * from {{ ref('int_credit_rules_dated') }}
        where scope = '{{ scope }}'

    ),

{% endfor -%}

periods as (

    select * from {{ ref('int_pay_periods_sequenced') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

booked_days as (

    select distinct booked_date from flows

),

-- A flow is paid in the period of its booked date, or in the first later period that
-- was not locked on that date.
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

rule_changes as (

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
    from rule_changes
    where scope in ('affiliation', 'advisor')

    union

    select
        advisor_territories.advisor_id,
        rule_changes.period_sequence,
        rule_changes.changed_from_date
    from rule_changes
    inner join advisor_territories
        on rule_changes.scope_id = advisor_territories.territory_id
    where rule_changes.scope in ('assignment', 'territory')

),

-- An occasion is a pay period in which a flow's credit is resolved: the period in which
-- it is first paid, and each later one in which a rule that may affect it was booked.
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
        rule_changes.period_sequence
    from credited_flows
    inner join rule_changes
        on
            credited_flows.account_id = rule_changes.scope_id
            and rule_changes.scope = 'account'
            and credited_flows.period_sequence < rule_changes.period_sequence
            and credited_flows.trade_date >= rule_changes.changed_from_date

    union

    select
        credited_flows.flow_id,
        rule_changes.period_sequence
    from credited_flows
    inner join rule_changes
        on
            credited_flows.original_flow_id = rule_changes.scope_id
            and rule_changes.scope = 'flow'
            and credited_flows.period_sequence < rule_changes.period_sequence
            and credited_flows.trade_date >= rule_changes.changed_from_date

),

newest_period as (

    select max(period_sequence) as period_sequence
    from periods

),

-- As-is credit uses the rules of the as-of date, as known now. The other modes use
-- those of the trade date, as known on each occasion.
rule_lookups as (

    select
        credited_flows.flow_id,
        credited_flows.original_flow_id,
        credited_flows.account_id,
        credited_flows.advisor_id,
        credited_flows.held_out_status,
        false as is_as_is,
        occasions.period_sequence,
        lead(occasions.period_sequence) over (
            partition by occasions.flow_id
            order by occasions.period_sequence
        ) as next_sequence,
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
        newest_period.period_sequence,
        cast(null as integer) as next_sequence,
        as_of.as_of_date as rule_date
    from credited_flows
    cross join as_of
    cross join newest_period

),

lookups as (

    select
        rule_lookups.*,
        affiliations.territory_id
    from rule_lookups
    left join affiliation_rules as affiliations
        on
            rule_lookups.advisor_id = affiliations.scope_id
            and rule_lookups.rule_date >= affiliations.valid_from
            and rule_lookups.rule_date < affiliations.valid_to
            and rule_lookups.period_sequence >= affiliations.known_from_sequence
            and rule_lookups.period_sequence < affiliations.known_to_sequence

),

candidates as (

    {% for scope, scope_id in scopes.items() -%}
        select
            lookups.flow_id,
            lookups.is_as_is,
            lookups.period_sequence,
            lookups.next_sequence,
            {{ scope }}_rules.role,
            {{ scope }}_rules.wholesaler_id,
            {{ scope }}_rules.split_rate,
            {{ loop.index }} as scope_rank
        from lookups
        inner join {{ scope }}_rules
            on
                lookups.{{ scope_id }} = {{ scope }}_rules.scope_id
                and lookups.rule_date >= {{ scope }}_rules.valid_from
                and lookups.rule_date < {{ scope }}_rules.valid_to
                and lookups.period_sequence >= {{ scope }}_rules.known_from_sequence
                and lookups.period_sequence < {{ scope }}_rules.known_to_sequence
        where
            lookups.held_out_status is null
            and {{ scope }}_rules.split_rate > 0
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- Wholesalers who are in no feed are one member together.
shares as (

    select
        flow_id,
        is_as_is,
        role,
        period_sequence,
        next_sequence,
        wholesaler_id,
        scope_rank,
        sum(split_rate) as split_rate
    from candidates
    group by
        flow_id,
        is_as_is,
        role,
        period_sequence,
        next_sequence,
        wholesaler_id,
        scope_rank

),

-- The running total by scope: for the narrowest scope it holds the shares of that scope
-- only.
ranked_shares as (

    select
        *,
        min(scope_rank) over ({{ occasion }}) as narrowest_rank,
        sum(split_rate) over ({{ occasion }} order by scope_rank) as total_rate,
        row_number() over (
            {{ occasion }} order by scope_rank, {{ bytewise('wholesaler_id') }}
        ) as share_rank
    from shares

),

-- The narrowest scope that has a rule wins.
winning_shares as (

    select * from ranked_shares
    where scope_rank = narrowest_rank

),

earned_shares as (

    select
        flow_id,
        is_as_is,
        role,
        period_sequence,
        next_sequence,
        wholesaler_id,
        case
            when wholesaler_id = 'unassigned' then 'unassigned' else 'credited'
        end as credit_status,
        split_rate
    from winning_shares
    where total_rate <= 1 + {{ tolerance }}

    union all

    -- Splits are never rescaled. What a split does not give away is unallocated; a
    -- split of more than one holds the whole trade out of pay.
    select
        flow_id,
        is_as_is,
        role,
        period_sequence,
        next_sequence,
        'unallocated' as wholesaler_id,
        case when total_rate > 1 then 'over_allocated' else 'unallocated' end
            as credit_status,
        case
            when total_rate > 1 then cast(1 as numeric(38, 8))
            else cast(1 - total_rate as numeric(38, 8))
        end as split_rate
    from winning_shares
    where
        share_rank = 1
        and abs(1 - total_rate) > {{ tolerance }}

),

shares_by_rule as (

    select
        flow_id,
        role,
        is_as_is,
        period_sequence,
        next_sequence,
        wholesaler_id,
        credit_status,
        cast(split_rate as numeric(10, 8)) as split_rate
    from earned_shares

),

-- External credit adds up to the firm, so every flow has it. Other roles have credit
-- only where a rule gives it.
flows_without_rule as (

    select
        lookups.flow_id,
        'external' as role,
        lookups.is_as_is,
        lookups.period_sequence,
        lookups.next_sequence,
        case
            when lookups.held_out_status is null then 'unassigned' else 'unallocated'
        end as wholesaler_id,
        coalesce(lookups.held_out_status, 'unassigned') as credit_status,
        cast(1 as numeric(10, 8)) as split_rate
    from lookups
    left join earned_shares
        on
            lookups.flow_id = earned_shares.flow_id
            and lookups.is_as_is = earned_shares.is_as_is
            and lookups.period_sequence = earned_shares.period_sequence
            and earned_shares.role = 'external'
    where earned_shares.flow_id is null

),

resolved_shares as (

    select * from shares_by_rule
    union all
    select * from flows_without_rule

)

select * from resolved_shares
