{{ config(
    meta={'keeps_progress': true},
    post_hook=["{{ record_changes_read(
        ['int_flow_changes_logged', 'int_credit_term_changes_logged']
    ) }}"],
) }}

with

flow_log as (

    select * from {{ ref('int_flow_changes_logged') }}

),

term_log as (

    select * from {{ ref('int_credit_term_changes_logged') }}

),

flows as (

    select * from {{ ref('int_flows_attributed') }}

),

changed_terms as (

    select
        advisor_id,
        account_id,
        original_flow_id,
        change_number
    from term_log
    where change_number > {{ least_change_number('int_credit_term_changes_logged') }}

),

flow_changes as (

    select
        flow_id,
        change_number
    from flow_log
    where change_number > {{ least_change_number('int_flow_changes_logged') }}

    union all

    {% for reached_by in ['advisor_id', 'account_id', 'original_flow_id'] -%}
        select
            flows.flow_id,
            changed_terms.change_number
        from flows
        inner join changed_terms
            on flows.{{ reached_by }} = changed_terms.{{ reached_by }}

        union all

    {% endfor -%}
    -- Pay periods and the classes that may earn affect every flow.
    select
        flows.flow_id,
        changed_terms.change_number
    from flows
    cross join changed_terms
    where
        changed_terms.advisor_id is null
        and changed_terms.account_id is null
        and changed_terms.original_flow_id is null

),

changed_flows as (

    select
        flow_id,
        max(change_number) as change_number
    from flow_changes
    group by flow_id

)

select * from changed_flows
