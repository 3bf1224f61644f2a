{% macro incremental_ancestors(node) -%}
    {%- set names = [] -%}
    {%- set seen = node.depends_on.nodes | list -%}
    {%- set pending = seen | list -%}
    {%- for _ in graph.nodes if pending -%}
        {%- set found = graph.nodes.get(pending.pop()) -%}
        {%- if found -%}
            {%- if found.config.materialized == 'incremental_by_change' or found.config.meta.keeps_progress -%}
                {%- do names.append(found.name) -%}
            {%- endif -%}
            {%- for unique_id in found.depends_on.nodes if unique_id not in seen -%}
                {%- do seen.append(unique_id) -%}
                {%- do pending.append(unique_id) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(names | sort) }}
{%- endmacro %}
