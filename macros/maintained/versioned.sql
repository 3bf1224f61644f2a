{#- A table of the states in which runs found the things that a query tells of, by its column
    `digest`: a run adds those that are new, other than before or gone, with its own number.
    Meta `versioned_by` names the column that tells things apart. -#}
{% materialization versioned, default -%}

    {%- set target = this.incorporate(type='table') -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set intermediate = make_intermediate_relation(target) -%}
    {%- set backup = make_backup_relation(target, existing.type or 'table') -%}
    {%- set key = config.get('meta').versioned_by -%}

    {%- do drop_relation_if_exists(load_cached_relation(intermediate)) -%}
    {%- do drop_relation_if_exists(load_cached_relation(backup)) -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set is_whole = should_full_refresh()
        or existing is none or existing.type != 'table' -%}
    {%- if is_whole -%}
        {%- call statement('main') -%}
            {{ get_create_table_as_sql(
                False,
                intermediate,
                'select *, ' ~ run_number()
                ~ ' as change_number from (' ~ sql ~ ') as states'
            ) }}
        {%- endcall -%}
        {%- if existing is not none -%}
            {%- do adapter.rename_relation(existing, backup) -%}
        {%- endif -%}
        {%- do adapter.rename_relation(intermediate, target) -%}
    {%- else -%}
        {%- set columns = adapter.get_columns_in_relation(existing)
            | map(attribute='name') | reject('in', ['digest', 'change_number']) | list -%}
        {%- call statement('main') -%}
            insert into {{ target }} (
                {{ columns | join(', ') }}, digest, change_number
            )
            select
                {% for column in columns -%}
                    coalesce(states.{{ column }}, latest.{{ column }}),
                {% endfor -%}
                states.digest,
                -- Above all that is here, even where the table of progress was lost.
                greatest(
                    {{ run_number() }},
                    (select max(change_number) + 1 from {{ target }})
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
                    from {{ target }}
                ) as versions
                where version_rank = 1
            ) as latest
                on states.{{ key }} = latest.{{ key }}
            where states.digest is distinct from latest.digest
        {%- endcall -%}
    {%- endif -%}

    {%- if is_whole -%}
        {%- do persist_docs(target, model) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {%- do drop_relation_if_exists(load_cached_relation(backup)) -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target]}) }}

{%- endmaterialization %}
