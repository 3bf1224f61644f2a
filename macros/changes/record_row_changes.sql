{% macro record_row_changes(going, coming) -%}
    {%- set logs_changes_by = config.get('meta').logs_changes_by -%}
    {%- set known_by = logs_changes_by[0].keys() | join(', ') -%}
    {%- set changed = model.name ~ '__changed' -%}
    {%- set key_queries = [] -%}
    {%- for side in ['(select ' ~ record_columns('held') ~ ' from ' ~ going ~ ')', coming] -%}
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
    {#- Of each only the last change is asked for. -#}
    {%- call statement('record') -%}
        delete from {{ changes_table(model.name) }}
        where ({{ known_by }}) in (select {{ known_by }} from {{ changed }});
        insert into {{ changes_table(model.name) }} ({{ known_by }}, change_number)
        select {{ known_by }}, {{ run_number() }}
        from {{ changed }};
        drop table {{ changed }}
    {%- endcall -%}
{%- endmacro %}
