{% macro unread_changes(relation, columns) -%}
    select {{ columns }}
    from {{ relation }}
    where change_number > (
        select change_number
        from {{ build_progress() }}
        where model_name = '{{ model.name }}'
    )
{%- endmacro %}
