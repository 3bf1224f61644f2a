{#- Whether a row belongs to what changed since the maintained model that asks was last built: by
    `holding`, its account and product, or those that transfers link to them, had a change; by
    `own_flow`, its flow had one; by `flow`, its flow had one or is of such a holding; by
    `flow_date` or `flow_month`, a flow of that time and product had one, or had been of them;
    by `credit`, the credit of its flow may be another, by `sale`, that of some flow of its
    account and product; by `revenue_month`, what its account and product earned in its month
    may be another; by `revenue`, its entry belongs to such a month; by `aum_month`, its
    holding had a change or its month, or the one before it, is such a month. What is in
    transit between accounts moves with transfers anywhere: by `line` and `aum_month` it is
    always touched, else `line` is `holding`. By a maintained model that `tells`, a row of it
    that is known by the same came, went or is another; of several ways, by any of them.
    `columns` are those by which the row is known, where they have other names. The
    materialization leaves the condition out where it builds the whole table; elsewhere, as in
    unit tests, it is always true. -#}
{% macro is_touched(by='holding', columns=none) -%}
    {%- if by is not string -%}
        {%- set conditions = [] -%}
        {%- for way in by -%}
            {%- do conditions.append(is_touched(way, columns)) -%}
        {%- endfor -%}
        {{ return('(' ~ conditions | join(' or ') ~ ')') }}
    {%- endif -%}
    {%- set ways = {
        'holding': {'known_by': 'account_id, product_id'},
        'line': {'known_by': 'account_id, product_id'},
        'own_flow': {'known_by': 'flow_id', 'reads': 'int_flows_versioned'},
        'flow': {'known_by': 'flow_id', 'reads': 'int_flows_versioned'},
        'flow_date': {'known_by': 'flow_date, product_key', 'reads': 'int_flows_versioned'},
        'flow_month': {'known_by': 'flow_month, product_key', 'reads': 'int_flows_versioned'},
        'credit': {'known_by': 'flow_id', 'reads': 'int_credit_flows_touched'},
        'sale': {'known_by': 'account_id, product_id', 'reads': 'int_credit_flows_touched'},
        'revenue_month': {
            'known_by': 'account_id, product_id, revenue_month',
            'reads': 'int_revenue_months_touched',
        },
        'revenue': {'known_by': 'revenue_id', 'reads': 'int_revenue_months_touched'},
        'aum_month': {'known_by': 'aum_month', 'reads': 'int_revenue_months_touched'},
    } -%}
    {%- set way = ways.get(by, {'reads': by}) -%}
    {%- set table = way.reads or 'int_holdings_touched' -%}
    {%- if not execute -%}
        {#- dbt learns here what the model depends on. -#}
        {%- do ref(table) -%}
        {%- if by in ways -%}
            {%- do ref('int_holdings_touched') -%}
        {%- endif -%}
        {%- if by in ('flow', 'sale') -%}
            {%- do ref('int_flows_attributed') -%}
        {%- endif -%}
    {%- elif model.config.materialized not in ('maintained', 'test') -%}
        true
    {%- elif by not in ways -%}
        {%- set teller = graph.nodes['model.' ~ project_name ~ '.' ~ by] -%}
        {%- set known_by = teller.config.meta.tells[0].keys() | join(', ') -%}
        {%- set keys = columns or known_by -%}
        /* touched by {{ keys }} */
        ({{ keys }}) in ({{ unread_changes(told_table(by), known_by) }})
        /* so far */
    {%- else -%}
        {%- set keys = columns or way.known_by -%}
        /* touched by {{ keys }} */
        (
            {% if by == 'flow' -%}
                {{ keys }} in (
                    {{ unread_changes(ref(table), 'flow_id') }}
                    union all
                    select flow_id
                    from {{ ref('int_flows_attributed') }}
                    where (coalesce(account_id, 'unassigned'), product_id) in (
                        {{ unread_changes(ref('int_holdings_touched'), 'account_id, product_id') }}
                    )
                )
            {%- elif by in ('flow_date', 'flow_month') -%}
                ({{ keys }}) in (
                    {#- A product that is not known yet is the unassigned one. -#}
                    {%- for product_key in [surrogate_key(['product_id']), unassigned_key()] %}
                        select
                            {{ 'trade_date' if by == 'flow_date' else month_start('trade_date') }},
                            {{ product_key }}
                        from {{ ref(table) }}
                        where flow_id in ({{ unread_changes(ref(table), 'flow_id') }})
                        {% if not loop.last %}union all{% endif %}
                    {%- endfor %}
                )
            {%- elif by == 'sale' -%}
                ({{ keys }}) in (
                    {{ unread_changes(ref('int_holdings_touched'), 'account_id, product_id') }}
                    union all
                    select
                        coalesce(account_id, 'unassigned'),
                        product_id
                    from {{ ref('int_flows_attributed') }}
                    where flow_id in ({{ unread_changes(ref(table), 'flow_id') }})
                )
            {%- elif by == 'aum_month' -%}
                (account_id, product_id) in (
                    {{ unread_changes(ref('int_holdings_touched'), 'account_id, product_id') }}
                )
                or (account_id, product_id, {{ keys }}) in (
                    {{ unread_changes(ref(table), 'account_id, product_id, revenue_month') }}
                    union all
                    {{ unread_changes(
                        ref(table),
                        'account_id, product_id, ' ~ next_month_start('revenue_month')
                    ) }}
                )
            {%- else -%}
                ({{ keys }}) in ({{ unread_changes(ref(table), way.known_by) }})
            {%- endif %}
            {%- if by in ('line', 'aum_month') %}
                or account_id = 'in_transit'
            {%- endif %}
        )
        /* so far */
    {%- endif -%}
{%- endmacro %}
