{#- A table of which a run replaces only what changed since the model's last run, and all of it
    where the model, its settings or a maintained model above it read otherwise than then. What
    changed is what `is_touched` says; meta `touched_by` says by what the rows are known, meta
    `matures_on` which date lets rows in as the as-of date moves on, meta `whole_on` which small
    tables reach all rows, so that any change in them builds the whole table, meta `parts_of` which
    input tells in how many parts the whole is built. -#}
{% materialization maintained, default -%}

    {%- set table = begin_table() -%}
    {%- set touched_by = config.get('meta', {}).get('touched_by', 'holding') -%}
    {%- set matures_on = config.get('meta', {}).get('matures_on') -%}
    {%- set now = compare_definition(sql) -%}
    {%- set is_whole = should_full_refresh()
        or table.existing is none or table.existing.type != 'table'
        or not now.is_as_before -%}

    {%- if is_whole -%}
        {%- do build_table(table, in_parts(sql)) -%}
        {%- do refuse_duplicates(table.target, none) -%}
    {%- else -%}
        {%- set replaced -%}
            {{ is_touched(touched_by) }}
            {%- if matures_on %} or {{ is_maturing(matures_on) }}{% endif %}
        {%- endset -%}
        {%- do drop_checked_keys(table.target) -%}
        {%- call statement('delete') -%}
            delete from {{ table.target }}
            where {{ replaced }}
        {%- endcall -%}
        {%- do add_rows(table.target, sql) -%}
        {%- do refuse_duplicates(table.target, replaced) -%}
    {%- endif -%}

    {%- call statement('progress') -%}
        {{ record_progress(
            now.changes_read,
            "'" ~ now.definition ~ "'",
            '(select as_of_date from ' ~ ref('int_as_of_date_settled') ~ ')'
            if matures_on else 'null'
        ) }}
    {%- endcall -%}

    {%- do end_table(table, is_whole) -%}

    {{ return({'relations': [table.target]}) }}

{%- endmaterialization %}
