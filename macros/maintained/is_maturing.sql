{#- Whether a date lies beyond the as-of date up to which the maintained model that asks has
    read, or beyond that of this run: such rows come, or go where the as-of date moved back. -#}
{% macro is_maturing(column) -%}
    {%- if not execute -%}
        {%- do ref('int_as_of_date_settled') -%}
    {%- elif model.config.materialized != 'maintained' -%}
        true
    {%- else -%}
        /* touched by {{ column }} */
        {{ column }} > (
            select min(as_of_date)
            from (
                select as_of_date
                from {{ build_progress() }}
                where model_name = '{{ model.name }}'
                union all
                select as_of_date
                from {{ ref('int_as_of_date_settled') }}
            ) as horizons
        )
        /* so far */
    {%- endif -%}
{%- endmacro %}
