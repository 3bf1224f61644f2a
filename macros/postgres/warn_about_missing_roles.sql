{% macro warn_about_missing_roles() -%}
    {%- if execute and flags.WHICH in ['build', 'run'] -%}
        {{ return(adapter.dispatch('warn_about_missing_roles')()) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__warn_about_missing_roles() -%}
{%- endmacro %}

{% macro postgres__warn_about_missing_roles() -%}
    {%- set granted = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' -%}
        {%- do granted.extend(node.config.grants.get('select', [])) -%}
    {%- endfor -%}
    {%- set missing = granted | unique | reject('in', roles_present()) | list -%}
    {%- if missing -%}
        {%- do exceptions.warn(
            'No role `' ~ missing | join('`, `') ~ '` on this server: only the owner'
            ~ ' can read the marts. `dist-perf server reporter` makes the role `reporter`, the'
            ~ ' next build grants it access; `+grants` in dbt_project.yml names the roles.'
        ) -%}
    {%- endif -%}
{%- endmacro %}
