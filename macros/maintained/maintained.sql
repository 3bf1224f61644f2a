{#- A table of which a run replaces only what changed since the model's last run, and all of it
    where the model, its settings or a maintained model above it read otherwise than then. What
    changed is what `is_touched` says; meta `touched_by` says by what the rows are known, meta
    `matures_on` which date lets rows in as the as-of date moves on, meta `whole_on` which small
    tables reach all rows, so that any change in them builds the whole table. -#}
{% materialization maintained, default -%}

    {%- set table = begin_table() -%}
    {%- set touched_by = config.get('meta', {}).get('touched_by', 'holding') -%}
    {%- set matures_on = config.get('meta', {}).get('matures_on') -%}
    {%- set ancestors = maintained_ancestors(model) -%}

    {%- set known = {} -%}
    {%- for row in run_query('select model_name, definition from ' ~ build_progress()) -%}
        {%- do known.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {%- set whole_sql = modules.re.sub('(?s)/\* touched \*/.*?/\* so far \*/', 'true', sql) -%}
    {%- set parts = [whole_sql] -%}
    {%- if config.get('contract').enforced -%}
        {%- do parts.append(get_table_columns_and_constraints()) -%}
    {%- endif -%}
    {%- for ancestor in ancestors -%}
        {%- do parts.append(known.get(ancestor, '')) -%}
    {%- endfor -%}
    {%- for name in config.get('meta', {}).get('whole_on', []) -%}
        {%- do parts.append(run_query(
            'select cast(sum(cast(' ~ row_digest(['told'])
            ~ ' as numeric(38, 0))) as text) from ' ~ ref(name) ~ ' as told'
        ).rows[0][0] | string) -%}
    {%- endfor -%}
    {%- set definition = local_md5(parts | join('|')) -%}
    {%- set is_whole = should_full_refresh()
        or table.existing is none or table.existing.type != 'table'
        or known.get(model.name) != definition -%}

    {%- if is_whole -%}
        {%- do build_table(table, whole_sql) -%}
    {%- else -%}
        {%- set columns = get_quoted_csv(
            adapter.get_columns_in_relation(table.existing) | map(attribute='name')
        ) -%}
        {%- do drop_checked_keys(table.target) -%}
        {%- call statement('delete') -%}
            delete from {{ table.target }}
            where {{ is_touched(touched_by) }}
            {%- if matures_on %} or {{ is_maturing(matures_on) }}{% endif %}
        {%- endcall -%}
        {%- call statement('main') -%}
            insert into {{ table.target }} ({{ columns }})
            select {{ columns }} from ({{ sql }}) as changed
        {%- endcall -%}
    {%- endif -%}

    {%- call statement('progress') -%}
        {{ record_progress(
            '(select min(change_number) from ' ~ build_progress()
            ~ " where model_name in ('" ~ ancestors | join("', '") ~ "'))",
            "'" ~ definition ~ "'",
            '(select as_of_date from ' ~ ref('int_as_of_date_settled') ~ ')'
            if matures_on else 'null'
        ) }}
    {%- endcall -%}

    {%- do end_table(table, is_whole) -%}

    {{ return({'relations': [table.target]}) }}

{%- endmaterialization %}
