{#- Whether a row belongs to what changed since the maintained model that asks was last built:
    by `holding`, its account and product, or those that transfers link to them, had a change; by
    `flow`, its flow had one or is of such a holding. The materialization leaves the condition
    out where it builds the whole table; elsewhere, as in unit tests, it is always true. -#}
{% macro is_touched(by='holding') -%}
    {%- if not execute -%}
        {#- dbt learns here what the model depends on. -#}
        {%- do ref('int_holdings_touched') -%}
        {%- if by == 'flow' -%}
            {%- do ref('int_flows_attributed') -%}
            {%- do ref('int_flows_versioned') -%}
        {%- endif -%}
    {%- elif model.config.materialized != 'maintained' -%}
        true
    {%- elif by == 'flow' -%}
        /* touched */
        flow_id in (
            select flow_id
            from {{ ref('int_flows_attributed') }}
            where (coalesce(account_id, 'unassigned'), product_id) in (
                {{ unread_changes('int_holdings_touched', 'account_id, product_id') }}
            )
            union all
            {{ unread_changes('int_flows_versioned', 'flow_id') }}
        )
        /* so far */
    {%- else -%}
        /* touched */
        (account_id, product_id) in (
            {{ unread_changes('int_holdings_touched', 'account_id, product_id') }}
        )
        /* so far */
    {%- endif -%}
{%- endmacro %}
