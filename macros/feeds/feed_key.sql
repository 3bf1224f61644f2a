{% macro feed_key(source_name, feed) -%}
    {%- if not execute -%}{{ return(['null']) }}{%- endif -%}
    {%- for node in graph.sources.values() -%}
        {%- if node.source_name == source_name and node.name == feed -%}
            {{ return(node.config.meta.key) }}
        {%- endif -%}
    {%- endfor -%}
    {{ exceptions.raise_compiler_error(
        'no feed `' ~ feed ~ '` in source `' ~ source_name ~ '`'
    ) }}
{%- endmacro %}
