{#- The change in a versioned table that every maintained model, and test of what changed, has
    read. What is not built yet will be built whole, as all is where the table begins anew: nobody
    reads its first changes one by one. -#}
{% macro least_change_number(name) -%}
    {%- if execute and model.config.materialized == 'table' -%}
        {%- set readers = [] -%}
        {%- for node in graph.nodes.values()
            if node.config.materialized == 'maintained'
            or (node.resource_type == 'test'
                and (node.config.meta.touched_by or 'is_touched' in node.raw_code)) -%}
            {%- do readers.append(node.name) -%}
        {%- endfor -%}
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
