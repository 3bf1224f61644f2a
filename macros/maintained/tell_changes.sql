{#- Tells those who read a maintained model by which columns rows are known that came, went or are
    other than before. `going` holds what stood there, each row whole in the column `held`. -#}
{% macro tell_changes(going, coming) -%}
    {%- set tells = config.get('meta').tells -%}
    {%- set known_by = tells[0].keys() | join(', ') -%}
    {%- set changed = model.name ~ '__changed' -%}
    {%- set sides = ['(select ' ~ record_columns('held') ~ ' from ' ~ going ~ ')', coming] -%}
    {%- call statement('changed') -%}
        create temporary table {{ changed }} as
        {% for side in sides -%}
            {%- set is_last_side = loop.last -%}
            {%- for columns in tells -%}
                select
                    {% for name, expression in columns.items() -%}
                        {{ expression }} as {{ name }}
                        {%- if not loop.last %},{% endif %}
                    {% endfor -%}
                from {{ side }} as standing
                {% if not (loop.last and is_last_side) %}union {% endif %}
            {%- endfor -%}
        {%- endfor -%}
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
