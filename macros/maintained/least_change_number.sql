{#- The change in a versioned table that every maintained model has read. What is not built yet
    will be built whole, as all is where the table begins anew: nobody reads its first changes
    one by one. -#}
{% macro least_change_number(name) -%}
    {%- if execute and model.config.materialized == 'table' -%}
        {%- set readers = graph.nodes.values()
            | selectattr('config.materialized', 'equalto', 'maintained')
            | map(attribute='name') -%}
        (
            select
                greatest(
                    coalesce(min(change_number), {{ run_number() }}),
                    (select min(change_number) from {{ ref(name) }})
                )
            from {{ build_progress() }}
            where model_name in ('{{ readers | join("', '") }}')
        )
    {%- else -%}
        0
    {%- endif -%}
{%- endmacro %}
