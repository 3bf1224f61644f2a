{#- A table of which a run replaces only what changed since the model's last run, and all of it
    where the model, its settings or a maintained model above it read otherwise than then. What
    changed is what `is_touched` says; meta `touched_by` says by what the rows are known, meta
    `matures_on` which date lets rows in as the as-of date moves on, meta `whole_on` which small
    tables reach all rows, so that any change in them builds the whole table, meta `parts_of` which
    input tells in how many parts the whole is built. Meta `tells` says by which columns, each set
    with its expressions, those who are touched by this model know its rows: a run tells them of
    those that came, went or are other than before. -#}
{% materialization maintained, default -%}

    {%- set table = begin_table() -%}
    {%- set touched_by = config.get('meta', {}).get('touched_by', 'holding') -%}
    {%- set matures_on = config.get('meta', {}).get('matures_on') -%}
    {%- set tells = config.get('meta', {}).get('tells') -%}
    {%- set now = compare_definition(sql) -%}
    {%- set is_whole = should_full_refresh()
        or table.existing is none or table.existing.type != 'table'
        or not now.is_as_before
        or (tells and load_cached_relation(told_table(model.name)) is none) -%}

    {%- if is_whole -%}
        {%- do build_table(table, in_parts(sql)) -%}
        {%- do refuse_duplicates(table.target) -%}
        {%- if tells -%}
            {%- do begin_telling(table.target) -%}
        {%- endif -%}
    {%- else -%}
        {%- do replace_rows(table.target, sql, touched_by, matures_on, tells) -%}
    {%- endif -%}

    {%- call statement('progress') -%}
        {{ record_progress(
            now.changes_read,
            "'" ~ (now.recorded if not is_whole else now.definition) ~ "'"
            ~ (" || '#' || " ~ run_number() if tells and is_whole else ''),
            '(select as_of_date from ' ~ ref('int_as_of_date_settled') ~ ')'
            if matures_on else 'null'
        ) }}
    {%- endcall -%}

    {%- do end_table(table, is_whole) -%}

    {{ return({'relations': [table.target]}) }}

{%- endmaterialization %}
