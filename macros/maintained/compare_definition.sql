{#- What a maintained model, or a test of what changed, goes back to: a digest of its whole SQL,
    without the conditions for what changed, of its indexes and of all that reaches every row, and
    whether that is the one by which it was last built or passed. What tells others of its rows is
    recorded with the run that built it whole, behind a `#`: they are built whole after it. -#}
{% macro compare_definition(sql) -%}
    {%- set ancestors = maintained_ancestors(model) -%}
    {%- set known = {} -%}
    {%- for row in run_query('select model_name, definition from ' ~ build_progress()) -%}
        {%- do known.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {%- set parts = [without_touched(sql, 'true')] -%}
    {%- if config.get('contract') and config.get('contract').enforced -%}
        {%- do parts.append(get_table_columns_and_constraints()) -%}
    {%- endif -%}
    {%- if config.get('indexes') -%}
        {%- do parts.append(config.get('indexes') | tojson) -%}
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
    {{ return({
        'definition': definition,
        'recorded': known.get(model.name),
        'is_as_before': known.get(model.name, '').split('#')[0] == definition,
        'changes_read': '(select min(change_number) from ' ~ build_progress()
            ~ " where model_name in ('" ~ ancestors | join("', '") ~ "'))",
    }) }}
{%- endmacro %}
