{% macro create_changes_table(relation) -%}
    {%- call statement('changes_table') -%}
        drop table if exists {{ changes_table(model.name) }};
        create table {{ changes_table(model.name) }} as
        select
            {% for name, expression in config.get('meta').logs_changes_by[0].items() -%}
                {{ expression }} as {{ name }},
            {% endfor -%}
            cast(0 as bigint) as change_number
        from {{ relation }}
        where false
    {%- endcall -%}
{%- endmacro %}
