{% macro is_maturing(column) -%}
    {%- if not execute -%}
        {%- do ref('int_distribution_as_of_date_settled') -%}
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
                from {{ ref('int_distribution_as_of_date_settled') }}
            ) as horizons
        )
        /* end of change filter */
    {%- endif -%}
{%- endmacro %}
