{% macro compare_definition(sql) -%}
    {%- set ancestors = incremental_ancestors(model) -%}
    {%- set known = {} -%}
    {%- for row in run_query('select model_name, definition from ' ~ build_progress()) -%}
        {%- do known.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {%- set parts = [without_change_filter(sql, 'true')] -%}
    {%- if config.get('contract') and config.get('contract').enforced -%}
        {%- do parts.append(get_table_columns_and_constraints()) -%}
    {%- endif -%}
    {%- if config.get('indexes') -%}
        {%- do parts.append(config.get('indexes') | tojson) -%}
    {%- endif -%}
    {%- for ancestor in ancestors -%}
        {%- do parts.append(known.get(ancestor, '')) -%}
    {%- endfor -%}
    {%- for name in config.get('meta', {}).get('rebuild_on', []) -%}
        {%- do parts.append(run_query(
            'select cast(sum(cast(' ~ row_digest(['reference_rows'])
            ~ ' as numeric(38, 0))) as text) from ' ~ ref(name) ~ ' as reference_rows'
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
