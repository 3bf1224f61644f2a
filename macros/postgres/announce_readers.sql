{% macro announce_readers() -%}
    {%- if execute and flags.WHICH in ['build', 'run'] -%}
        {{ return(adapter.dispatch('announce_readers')()) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__announce_readers() -%}
{%- endmacro %}

{% macro postgres__announce_readers() -%}
    {%- set granted = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' -%}
        {%- do granted.extend(node.config.grants.get('select', [])) -%}
    {%- endfor -%}
    {%- set missing = granted | unique | reject('in', roles_present()) | list -%}
    {%- if missing -%}
        {%- do exceptions.warn(
            'No role `' ~ missing | join('`, `') ~ '` on this server: nobody but the owner will'
            ~ ' read the marts. `dist-perf server reporter` makes the role `reporter`, the'
            ~ ' next build lets it in; `+grants` in dbt_project.yml names the roles.'
        ) -%}
    {%- endif -%}
{%- endmacro %}
