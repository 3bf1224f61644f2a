{% macro replace_rows(relation, sql, changes_with, matures_on, logs_changes_by) -%}
    {%- set going = model.name ~ '__going' -%}
    {%- set coming = model.name ~ '__coming' -%}
    {%- set are_compared = logs_changes_by or is_row_store() -%}
    {%- do drop_checked_keys(relation) -%}
    {%- call statement('going') -%}
        create temporary table {{ going }} as
        select
            {{ row_address() }} as row_address
            {%- if are_compared %}, table_rows as held{% endif %}
        from {{ relation }} as table_rows
        where
            {{ is_changed(changes_with) }}
            {%- if matures_on %} or {{ is_maturing(matures_on) }}{% endif %}
    {%- endcall -%}
    {%- do create_alike(coming, relation, sql) -%}
    {%- if are_compared -%}
        {%- do keep_equal_rows(going, coming) -%}
    {%- endif -%}
    {%- call statement('delete') -%}
        delete from {{ relation }}
        where {{ row_address() }} in (select row_address from {{ going }})
    {%- endcall -%}
    {%- do add_rows(relation, 'select * from ' ~ coming) -%}
    {%- do refuse_duplicates(relation, coming) -%}
    {%- if logs_changes_by -%}
        {%- do record_row_changes(going, coming) -%}
    {%- endif -%}
    {%- call statement('drop') -%}
        drop table {{ going }};
        drop table {{ coming }}
    {%- endcall -%}
{%- endmacro %}
