{% macro feed_business_date(source_name, feed) -%}
    {%- set columns = ['cast(null as date)'] -%}
    {%- if execute -%}
        {%- for node in graph.sources.values()
            if node.source_name == source_name and node.name == feed -%}
            {%- set columns = node.config.meta.get('business_date', []) + columns -%}
            {{ return('coalesce(' ~ columns | join(', ') ~ ')') }}
        {%- endfor -%}
    {%- endif -%}
    {{ return(columns[0]) }}
{%- endmacro %}
