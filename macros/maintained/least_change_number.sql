{#- The change that every maintained model has read; what is not built yet will be built whole. -#}
{% macro least_change_number() -%}
    {%- if execute and model.config.materialized == 'table' -%}
        {%- set readers = graph.nodes.values()
            | selectattr('config.materialized', 'equalto', 'maintained')
            | map(attribute='name') -%}
        (
            select coalesce(min(change_number), 0)
            from {{ build_progress() }}
            where model_name in ('{{ readers | join("', '") }}')
        )
    {%- else -%}
        0
    {%- endif -%}
{%- endmacro %}
