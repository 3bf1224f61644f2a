{% macro least_change_number(name) -%}
    {%- if execute and model.config.materialized == 'table' -%}
        {%- set readers = [] -%}
        {%- for node in graph.nodes.values()
            if node.config.materialized == 'incremental_by_change'
            or (node.resource_type == 'test'
                and (node.config.meta.changes_with or 'is_changed' in node.raw_code)) -%}
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
