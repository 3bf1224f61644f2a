{% macro row_condition(mart) -%}
    {%- set access = access_schema() -%}
    {%- set area = mart.fqn[2] -%}
    {%- set rows_for = mart.config.get('meta', {}).get('rows_for') -%}
    {%- if rows_for not in [none, 'everyone', 'firm'] -%}
        {{ exceptions.raise_compiler_error(
            mart.name ~ ": meta `rows_for` is `" ~ rows_for ~ "`: everyone or firm, or leave it out"
            ~ " and rows belong to their owner"
        ) }}
    {%- endif -%}
    {%- set owners = [] -%}
    {%- for node in graph.nodes.values()
        if node.fqn[2:3] == [area] and node.config.get('meta', {}).get('scopes_of') -%}
        {%- do owners.append(node.config.meta.scopes_of) -%}
    {%- endfor -%}
    {#- What all areas add up has owners of several areas; rows without one are the firm's. -#}
    {%- set owned = [
        '(select ' ~ access ~ '.sees_all())',
        '(owner_key is null and (select ' ~ access ~ '.sees_firm()))',
    ] -%}
    {%- for node in graph.nodes.values()
        if node.config.get('meta', {}).get('scopes_of')
        and ('area' in mart.columns or node.fqn[2] == area) -%}
        {%- set own = 'owner_key = any ((select ' ~ access ~ '.' ~ node.fqn[2]
            ~ '_members())::bigint[])' -%}
        {%- do owned.append(
            "(area = '" ~ node.fqn[2] ~ "' and " ~ own ~ ')' if 'area' in mart.columns else own
        ) -%}
    {%- endfor -%}
    {%- if rows_for == 'everyone' or mart.name.startswith('dim_') -%}
        {{ return(none) }}
    {%- elif rows_for is none and 'owner_key' in mart.columns -%}
        {{ return(owned | join(' or ')) }}
    {%- elif rows_for is none and owners and owners[0] in mart.columns -%}
        {{ return(
            '(select ' ~ access ~ '.sees_all()) or ' ~ owners[0]
            ~ ' = any ((select ' ~ access ~ '.' ~ area ~ '_members())::bigint[])'
        ) }}
    {%- else -%}
        {{ return('(select ' ~ access ~ '.sees_firm())') }}
    {%- endif -%}
{%- endmacro %}
