{#- The change that every maintained model has read. What is not built yet will be built whole:
    where nothing is, there is nothing that anybody has to read. -#}
{% macro least_change_number() -%}
    {%- if execute and model.config.materialized == 'table' -%}
        {%- set readers = graph.nodes.values()
            | selectattr('config.materialized', 'equalto', 'maintained')
            | map(attribute='name') -%}
        (
            select coalesce(min(change_number), {{ run_number() }})
            from {{ build_progress() }}
            where model_name in ('{{ readers | join("', '") }}')
        )
    {%- else -%}
        0
    {%- endif -%}
{%- endmacro %}
