{% macro replace_rows(relation, sql, changes_with, matures_on, logs_changes_by) -%}
    {%- set old_rows = model.name ~ '__old_rows' -%}
    {%- set new_rows = model.name ~ '__new_rows' -%}
    {%- set are_compared = logs_changes_by or is_row_store() -%}
    {%- do drop_checked_keys(relation) -%}
    {%- call statement('old_rows') -%}
        create temporary table {{ old_rows }} as
        select
            {{ row_address() }} as row_address
            {%- if are_compared %}, table_rows as old_row{% endif %}
        from {{ relation }} as table_rows
        where
            {{ is_changed(changes_with) }}
            {%- if matures_on %} or {{ is_maturing(matures_on) }}{% endif %}
    {%- endcall -%}
    {%- do create_table_like(new_rows, relation, sql) -%}
    {%- if are_compared -%}
        {%- do keep_equal_rows(old_rows, new_rows) -%}
    {%- endif -%}
    {%- call statement('delete') -%}
        delete from {{ relation }}
        where {{ row_address() }} in (select row_address from {{ old_rows }})
    {%- endcall -%}
    {%- do add_rows(relation, 'select * from ' ~ new_rows) -%}
    {%- do refuse_duplicates(relation, new_rows) -%}
    {%- if logs_changes_by -%}
        {%- do record_row_changes(old_rows, new_rows) -%}
    {%- endif -%}
    {%- call statement('drop') -%}
        drop table {{ old_rows }};
        drop table {{ new_rows }}
    {%- endcall -%}
{%- endmacro %}
