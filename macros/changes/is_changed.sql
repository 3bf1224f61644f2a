{% macro is_changed(by='holding', columns=none) -%}
    {%- if by is not string -%}
        {%- set conditions = [] -%}
        {%- for way in by -%}
            {%- do conditions.append(is_changed(way, columns)) -%}
        {%- endfor -%}
        {{ return('(' ~ conditions | join(' or ') ~ ')') }}
    {%- endif -%}
    {%- set ways = {
        'holding': {'known_by': 'account_id, product_id'},
        'line': {'known_by': 'account_id, product_id'},
        'own_flow': {'known_by': 'flow_id', 'reads': 'int_flow_changes_logged'},
        'flow': {'known_by': 'flow_id', 'reads': 'int_flow_changes_logged'},
        'flow_date': {'known_by': 'flow_date, product_key', 'reads': 'int_flow_changes_logged'},
        'flow_month': {'known_by': 'flow_month, product_key', 'reads': 'int_flow_changes_logged'},
        'credit': {'known_by': 'flow_id', 'reads': 'int_credit_flows_changed'},
        'sale': {'known_by': 'account_id, product_id', 'reads': 'int_credit_flows_changed'},
        'revenue_month': {
            'known_by': 'account_id, product_id, revenue_month',
            'reads': 'int_revenue_months_changed',
        },
        'revenue': {'known_by': 'revenue_id', 'reads': 'int_revenue_months_changed'},
        'aum_month': {'known_by': 'aum_month', 'reads': 'int_revenue_months_changed'},
    } -%}
    {%- set way = ways.get(by, {'reads': by}) -%}
    {%- set table = way.reads or 'int_holdings_changed' -%}
    {%- if not execute -%}
        {#- dbt learns here what the model depends on. -#}
        {%- do ref(table) -%}
        {%- if by in ways -%}
            {%- do ref('int_holdings_changed') -%}
        {%- endif -%}
        {%- if by in ('flow', 'sale') -%}
            {%- do ref('int_flows_attributed') -%}
        {%- endif -%}
    {%- elif model.config.materialized not in ('incremental_by_change', 'test') -%}
        true
    {%- elif by not in ways -%}
        {%- set logger = graph.nodes['model.' ~ project_name ~ '.' ~ by] -%}
        {%- set known_by = logger.config.meta.logs_changes_by[0].keys() | join(', ') -%}
        {%- set keys = columns or known_by -%}
        /* changed by {{ keys }} */
        ({{ keys }}) in ({{ unread_changes(changes_table(by), known_by) }})
        /* end of change filter */
    {%- else -%}
        {%- set keys = columns or way.known_by -%}
        /* changed by {{ keys }} */
        (
            {% if by == 'flow' -%}
                {{ keys }} in (
                    {{ unread_changes(ref(table), 'flow_id') }}
                    union all
                    select flow_id
                    from {{ ref('int_flows_attributed') }}
                    where (coalesce(account_id, 'unassigned'), product_id) in (
                        {{ unread_changes(ref('int_holdings_changed'), 'account_id, product_id') }}
                    )
                )
            {%- elif by in ('flow_date', 'flow_month') -%}
                ({{ keys }}) in (
                    {#- A product that is not in the dimension yet has the unassigned key. -#}
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
                    {{ unread_changes(ref('int_holdings_changed'), 'account_id, product_id') }}
                    union all
                    select
                        coalesce(account_id, 'unassigned'),
                        product_id
                    from {{ ref('int_flows_attributed') }}
                    where flow_id in ({{ unread_changes(ref(table), 'flow_id') }})
                )
            {%- elif by == 'aum_month' -%}
                (account_id, product_id) in (
                    {{ unread_changes(ref('int_holdings_changed'), 'account_id, product_id') }}
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
        /* end of change filter */
    {%- endif -%}
{%- endmacro %}
