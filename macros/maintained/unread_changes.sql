{#- A query for the columns of a table of changes that the maintained model has not read yet. -#}
{% macro unread_changes(relation, columns) -%}
    select {{ columns }}
    from {{ relation }}
    where change_number > (
        select change_number
        from {{ build_progress() }}
        where model_name = '{{ model.name }}'
    )
{%- endmacro %}
