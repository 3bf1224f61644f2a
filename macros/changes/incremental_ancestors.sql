{% macro incremental_ancestors(node) -%}
    {%- set names = [] -%}
    {%- set seen = node.depends_on.nodes | list -%}
    {%- set unvisited = seen | list -%}
    {%- for _ in graph.nodes if unvisited -%}
        {%- set ancestor = graph.nodes.get(unvisited.pop()) -%}
        {%- if ancestor -%}
            {%- if ancestor.config.materialized == 'incremental_by_change' or ancestor.config.meta.keeps_progress -%}
                {%- do names.append(ancestor.name) -%}
            {%- endif -%}
            {%- for unique_id in ancestor.depends_on.nodes if unique_id not in seen -%}
                {%- do seen.append(unique_id) -%}
                {%- do unvisited.append(unique_id) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(names | sort) }}
{%- endmacro %}
