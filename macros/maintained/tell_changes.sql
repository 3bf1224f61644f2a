{#- Tells those who read a maintained model by which columns rows are known that came, went or are
    other than before. `going` is a table of what stood there, with the columns of `told_columns`. -#}
{% macro tell_changes(going, coming) -%}
    {%- set known_by = config.get('meta').tells[0].keys() | join(', ') -%}
    {%- set changed = model.name ~ '__changed' -%}
    {%- call statement('changed') -%}
        create temporary table {{ changed }} as
        select distinct {{ known_by }}
        from (
            select {{ known_by }}
            from (
                {{ told_rows(going, -1) }}
                union all
                {{ told_rows(
                    '(select ' ~ told_columns() ~ ' from ' ~ coming ~ ' as told) as rows_come', 1
                ) }}
            ) as sides
            group by {{ known_by }}, digest
            having sum(side) <> 0
        ) as differing
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
