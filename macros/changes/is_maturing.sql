{% macro is_maturing(column) -%}
    {%- if not execute -%}
        {%- do settled_as_of_date() -%}
    {%- elif model.config.materialized != 'incremental_by_change' -%}
        true
    {%- else -%}
        /* changed by {{ column }} */
        {{ column }} > (
            select min(as_of_date)
            from (
                select as_of_date
                from {{ build_progress() }}
                where model_name = '{{ model.name }}'
                union all
                select as_of_date
                from {{ settled_as_of_date() }}
            ) as horizons
        )
        /* end of change filter */
    {%- endif -%}
{%- endmacro %}
