{#- Tells those who read a maintained model by which columns rows are known that came, went or are
    other than before. `going` holds what stood there, each row whole in the column `held`. -#}
{% macro tell_changes(going, coming) -%}
    {%- set tells = config.get('meta').tells -%}
    {%- set known_by = tells[0].keys() | join(', ') -%}
    {%- set changed = model.name ~ '__changed' -%}
    {%- set told = [] -%}
    {%- for side in ['(select ' ~ record_columns('held') ~ ' from ' ~ going ~ ')', coming] -%}
        {%- for columns in tells -%}
            {%- set told_columns = [] -%}
            {%- for name, expression in columns.items() -%}
                {%- do told_columns.append(expression ~ ' as ' ~ name) -%}
            {%- endfor -%}
            {%- do told.append(
                'select ' ~ told_columns | join(', ') ~ ' from ' ~ side ~ ' as standing'
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- call statement('changed') -%}
        create temporary table {{ changed }} as
        {{ told | join(' union ') }}
    {%- endcall -%}
    {#- Of each only the last change is asked for. -#}
    {%- call statement('tell') -%}
        delete from {{ told_table(model.name) }}
        where ({{ known_by }}) in (select {{ known_by }} from {{ changed }});
        insert into {{ told_table(model.name) }} ({{ known_by }}, change_number)
        select {{ known_by }}, {{ run_number() }}
        from {{ changed }};
        drop table {{ changed }}
    {%- endcall -%}
{%- endmacro %}
