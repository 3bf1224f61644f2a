{#- What a maintained model tells others of begins anew, as its table does. -#}
{% macro begin_telling(relation) -%}
    {%- call statement('tell') -%}
        drop table if exists {{ told_table(model.name) }};
        create table {{ told_table(model.name) }} as
        select
            {{ config.get('meta').tells[0].keys() | join(', ') }},
            cast(0 as bigint) as change_number
        from (
            {{ told_rows(
                '(select ' ~ told_columns() ~ ' from ' ~ relation ~ ' as told) as rows_there', 1
            ) }}
        ) as rows_told
        where false
    {%- endcall -%}
{%- endmacro %}
