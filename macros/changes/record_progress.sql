{% macro record_progress(change_number, definition="''", as_of_date='null') -%}
    delete from {{ build_progress() }} where model_name = '{{ model.name }}';
    insert into {{ build_progress() }} (
        model_name, definition, change_number, as_of_date
    )
    select
        '{{ model.name }}',
        {{ definition }},
        {{ change_number }},
        cast({{ as_of_date }} as date)
{%- endmacro %}
