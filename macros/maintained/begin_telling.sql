{#- What a maintained model tells others of begins anew, as its table does. -#}
{% macro begin_telling(relation) -%}
    {%- call statement('tell') -%}
        drop table if exists {{ told_table(model.name) }};
        create table {{ told_table(model.name) }} as
        select
            {% for name, expression in config.get('meta').tells[0].items() -%}
                {{ expression }} as {{ name }},
            {% endfor -%}
            cast(0 as bigint) as change_number
        from {{ relation }}
        where false
    {%- endcall -%}
{%- endmacro %}
