{% macro bounded_dates(source_name, feed) -%}
    {%- if execute -%}
        {%- for node in graph.sources.values()
            if node.source_name == source_name and node.name == feed -%}
            {%- set ahead = node.config.meta.get('business_date_may_lie_ahead', []) -%}
            {{ return(node.config.meta.get('business_date', []) | reject('in', ahead) | list) }}
        {%- endfor -%}
    {%- endif -%}
    {{ return([]) }}
{%- endmacro %}
