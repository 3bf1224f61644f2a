{% macro create_table_like(name, relation, query) -%}
    {%- do adapter.dispatch('create_table_like')(name, relation, query) -%}
{%- endmacro %}

{% macro default__create_table_like(name, relation, query) -%}
    {%- call statement('new_rows') -%}
        create temporary table {{ name }} as
        select
            {% for column in adapter.get_columns_in_relation(relation) -%}
                cast({{ column.quoted }} as {{ column.data_type }}) as {{ column.quoted }}
                {%- if not loop.last %},{% endif %}
            {% endfor %}
        from ({{ query }}) as rows_made
    {%- endcall -%}
{%- endmacro %}

{% macro postgres__create_table_like(name, relation, query) -%}
    {%- call statement('new_rows') -%}
        create temporary table {{ name }} (like {{ relation }})
    {%- endcall -%}
    {%- do add_rows(name, query, alike=relation) -%}
{%- endmacro %}
