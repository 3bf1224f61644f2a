{% macro declared_feeds(source_name, feeds) -%}
    {%- if execute -%}
        {%- set declared = graph.sources.values()
            | selectattr('source_name', 'equalto', source_name)
            | map(attribute='name') | sort | list -%}
        {%- if declared != feeds | sort | list -%}
            {{ exceptions.raise_compiler_error(
                'the list of feeds of source `' ~ source_name ~ '` is ' ~ feeds | sort | list
                ~ ', but the source declares ' ~ declared ~ ': make the two agree'
            ) }}
        {%- endif -%}
    {%- endif -%}
    {{ return(feeds) }}
{%- endmacro %}
