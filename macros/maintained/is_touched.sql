{#- Whether a row belongs to what changed since the maintained model that asks was last built:
    by `holding`, its account and product, or those that transfers link to them, had a change; by
    `own_flow`, its flow had one; by `flow`, its flow had one or is of such a holding; by
    `revenue_month`, what its account and product earned in its month may be another; by
    `revenue`, its entry belongs to such a month. `columns` are those by which the row is known,
    where they have other names. The materialization leaves the condition out where it builds the
    whole table; elsewhere, as in unit tests, it is always true. -#}
{% macro is_touched(by='holding', columns=none) -%}
    {%- set keys = {
        'holding': 'account_id, product_id',
        'own_flow': 'flow_id',
        'credit': 'flow_id',
        'flow': 'flow_id',
        'revenue_month': 'account_id, product_id, revenue_month',
        'revenue': 'revenue_id',
    } -%}
    {%- set touched = {
        'credit': 'int_credit_flows_touched',
        'revenue_month': 'int_revenue_months_touched',
        'revenue': 'int_revenue_months_touched',
    }.get(by, 'int_holdings_touched') -%}
    {%- if not execute -%}
        {#- dbt learns here what the model depends on. -#}
        {%- do ref(touched) -%}
        {%- if by == 'flow' -%}
            {%- do ref('int_flows_attributed') -%}
        {%- endif -%}
        {%- if by in ('flow', 'own_flow') -%}
            {%- do ref('int_flows_versioned') -%}
        {%- endif -%}
    {%- elif model.config.materialized != 'maintained' -%}
        true
    {%- else -%}
        /* touched */
        ({{ columns or keys[by] }}) in (
            {% if by == 'flow' -%}
                select flow_id
                from {{ ref('int_flows_attributed') }}
                where (coalesce(account_id, 'unassigned'), product_id) in (
                    {{ unread_changes(touched, keys.holding) }}
                )
                union all
            {% endif -%}
            {{ unread_changes(
                'int_flows_versioned' if by in ('flow', 'own_flow') else touched, keys[by]
            ) }}
        )
        /* so far */
    {%- endif -%}
{%- endmacro %}
