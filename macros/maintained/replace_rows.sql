{#- Replaces the rows of a maintained model's table that what changed touches. Which these are is
    asked once, and what is told of them is read there: they go by where they lie, and what comes is
    kept aside for those who look at it. -#}
{% macro replace_rows(relation, sql, touched_by, matures_on, tells) -%}
    {%- set going = model.name ~ '__going' -%}
    {%- set coming = model.name ~ '__coming' -%}
    {%- do drop_checked_keys(relation) -%}
    {%- call statement('going') -%}
        create temporary table {{ going }} as
        select
            {{ row_address() }} as row_address
            {%- if tells %}, {{ told_columns() }}{% endif %}
        from {{ relation }} as told
        where
            {{ is_touched(touched_by) }}
            {%- if matures_on %} or {{ is_maturing(matures_on) }}{% endif %}
    {%- endcall -%}
    {%- call statement('delete') -%}
        delete from {{ relation }}
        where {{ row_address() }} in (select row_address from {{ going }})
    {%- endcall -%}
    {%- call statement('coming') -%}
        create temporary table {{ coming }} as
        select
            {% for column in adapter.get_columns_in_relation(relation) -%}
                cast({{ column.quoted }} as {{ column.data_type }}) as {{ column.quoted }}
                {%- if not loop.last %},{% endif %}
            {% endfor %}
        from ({{ sql }}) as rows_made
    {%- endcall -%}
    {%- do add_rows(relation, 'select * from ' ~ coming) -%}
    {%- do refuse_duplicates(relation, coming) -%}
    {%- if tells -%}
        {%- do tell_changes(going, coming) -%}
    {%- endif -%}
    {%- call statement('drop') -%}
        drop table {{ going }};
        drop table {{ coming }}
    {%- endcall -%}
{%- endmacro %}
