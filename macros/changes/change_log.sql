{% materialization change_log, default -%}

    {%- set table = begin_table() -%}
    {%- set key = config.get('meta').logged_by -%}
    {%- set columns = get_column_schema_from_query(sql) | map(attribute='name') | list -%}
    {%- set is_whole = should_full_refresh()
        or table.existing is none or table.existing.type != 'table'
        or (columns + ['change_number']) | sort
        != adapter.get_columns_in_relation(table.existing) | map(attribute='name') | sort -%}
    {%- if is_whole -%}
        {%- do build_table(table, [
            'select *, ' ~ run_number() ~ ' as change_number from (' ~ sql ~ ') as states'
        ]) -%}
    {%- else -%}
        {%- set logged_columns = columns | reject('equalto', 'digest') | list -%}
        {%- call statement('main') -%}
            insert into {{ table.target }} (
                {{ logged_columns | join(', ') }}, digest, change_number
            )
            select
                {% for column in logged_columns -%}
                    coalesce(states.{{ column }}, latest.{{ column }}),
                {% endfor -%}
                states.digest,
                -- Above all numbers in the log, even if the progress table was lost.
                greatest(
                    {{ run_number() }},
                    (select max(change_number) + 1 from {{ table.target }})
                )
            from ({{ sql }}) as states
            full outer join (
                select *
                from (
                    select
                        *,
                        row_number() over (
                            partition by {{ key }}
                            order by change_number desc
                        ) as version_rank
                    from {{ table.target }}
                ) as versions
                where version_rank = 1
            ) as latest
                on states.{{ key }} = latest.{{ key }}
            where states.digest is distinct from latest.digest
        {%- endcall -%}
    {%- endif -%}

    {%- do end_table(table, is_whole) -%}

    {{ return({'relations': [table.target]}) }}

{%- endmaterialization %}
