{#- A table of which a run replaces only what changed since the model's last run, and all of it
    where the model, its settings or a maintained model above it read otherwise than then. What
    changed is what `is_touched` says; meta `touched_by` says by what the rows are known, meta
    `matures_on` which date lets rows in as the as-of date moves on. -#}
{% materialization maintained, default -%}

    {%- set target = this.incorporate(type='table') -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set intermediate = make_intermediate_relation(target) -%}
    {%- set backup = make_backup_relation(target, existing.type or 'table') -%}
    {%- set grants = config.get('grants') -%}
    {%- set touched_by = config.get('meta', {}).get('touched_by', 'holding') -%}
    {%- set matures_on = config.get('meta', {}).get('matures_on') -%}
    {%- set ancestors = maintained_ancestors(model) -%}

    {%- do drop_relation_if_exists(load_cached_relation(intermediate)) -%}
    {%- do drop_relation_if_exists(load_cached_relation(backup)) -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

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
    {%- set definition = local_md5(parts | join('|')) -%}
    {%- set is_whole = should_full_refresh()
        or existing is none or existing.type != 'table'
        or known.get(model.name) != definition -%}

    {%- if is_whole -%}
        {%- call statement('main') -%}
            {{ get_create_table_as_sql(False, intermediate, whole_sql) }}
        {%- endcall -%}
        {%- do create_indexes(intermediate) -%}
        {%- if existing is not none -%}
            {%- do adapter.rename_relation(existing, backup) -%}
        {%- endif -%}
        {%- do adapter.rename_relation(intermediate, target) -%}
    {%- else -%}
        {%- set columns = get_quoted_csv(
            adapter.get_columns_in_relation(existing) | map(attribute='name')
        ) -%}
        {%- do drop_checked_keys(target) -%}
        {%- call statement('delete') -%}
            delete from {{ target }}
            where {{ is_touched(touched_by) }}
            {%- if matures_on %} or {{ is_maturing(matures_on) }}{% endif %}
        {%- endcall -%}
        {%- call statement('main') -%}
            insert into {{ target }} ({{ columns }})
            select {{ columns }} from ({{ sql }}) as changed
        {%- endcall -%}
    {%- endif -%}

    {%- call statement('progress') -%}
        {{ record_progress(
            '(select min(change_number) from ' ~ build_progress()
            ~ " where model_name in ('" ~ ancestors | join("', '") ~ "'))",
            definition,
            '(select as_of_date from ' ~ ref('int_as_of_date_settled') ~ ')'
            if matures_on else 'null'
        ) }}
    {%- endcall -%}

    {%- do apply_grants(target, grants, should_revoke=should_revoke(existing, is_whole)) -%}
    {%- if is_whole -%}
        {%- do persist_docs(target, model) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {%- do drop_relation_if_exists(load_cached_relation(backup)) -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target]}) }}

{%- endmaterialization %}
