{% macro record_row_changes(old_rows, new_rows) -%}
    {%- set logs_changes_by = config.get('meta').logs_changes_by -%}
    {%- set known_by = logs_changes_by[0].keys() | join(', ') -%}
    {%- set changed = model.name ~ '__changed' -%}
    {%- set key_queries = [] -%}
    {%- for side in ['(select ' ~ record_columns('old_row') ~ ' from ' ~ old_rows ~ ')', new_rows] -%}
        {%- for columns in logs_changes_by -%}
            {%- set key_expressions = [] -%}
            {%- for name, expression in columns.items() -%}
                {%- do key_expressions.append(expression ~ ' as ' ~ name) -%}
            {%- endfor -%}
            {%- do key_queries.append(
                'select ' ~ key_expressions | join(', ') ~ ' from ' ~ side ~ ' as changed_rows'
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- call statement('changed') -%}
        create temporary table {{ changed }} as
        {{ key_queries | join(' union ') }}
    {%- endcall -%}
    {#- Readers need only the last change of each key. -#}
    {%- call statement('record') -%}
        delete from {{ changes_table(model.name) }}
        where ({{ known_by }}) in (select {{ known_by }} from {{ changed }});
        insert into {{ changes_table(model.name) }} ({{ known_by }}, change_number)
        select {{ known_by }}, {{ run_number() }}
        from {{ changed }};
        drop table {{ changed }}
    {%- endcall -%}
{%- endmacro %}
