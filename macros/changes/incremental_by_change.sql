{% materialization incremental_by_change, default -%}

    {%- set table = begin_table() -%}
    {%- set changes_with = config.get('meta', {}).get('changes_with', 'holding') -%}
    {%- set matures_on = config.get('meta', {}).get('matures_on') -%}
    {%- set logs_changes_by = config.get('meta', {}).get('logs_changes_by') -%}
    {%- set now = compare_definition(sql) -%}
    {%- set is_whole = should_full_refresh()
        or table.existing is none or table.existing.type != 'table'
        or not now.is_as_before
        or (logs_changes_by and load_cached_relation(changes_table(model.name)) is none) -%}

    {%- if is_whole -%}
        {%- do build_table(table, split_query(sql)) -%}
        {%- do refuse_duplicates(table.target) -%}
        {%- if logs_changes_by -%}
            {%- do create_changes_table(table.target) -%}
        {%- endif -%}
    {%- else -%}
        {%- do replace_rows(table.target, sql, changes_with, matures_on, logs_changes_by) -%}
    {%- endif -%}

    {%- call statement('progress') -%}
        {{ record_progress(
            now.changes_read,
            "'" ~ (now.recorded if not is_whole else now.definition) ~ "'"
            ~ (" || '#' || " ~ run_number() if logs_changes_by and is_whole else ''),
            '(select as_of_date from ' ~ settled_as_of_date() ~ ')'
            if matures_on else 'null'
        ) }}
    {%- endcall -%}

    {%- do end_table(table, is_whole) -%}

    {{ return({'relations': [table.target]}) }}

{%- endmaterialization %}
