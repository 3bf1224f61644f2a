{% macro refuse_second_claim(source_name, table_name) -%}
    {%- for node in graph.sources.values()
        if node.name == table_name and node.source_name != source_name -%}
        {{ exceptions.raise_compiler_error(
            'sources `' ~ node.source_name ~ '` and `' ~ source_name ~ '` both declare a feed `'
            ~ table_name ~ '`: names of feeds are unique in the warehouse, so rename one, such as `'
            ~ source_name ~ '_' ~ table_name ~ '`'
        ) }}
    {%- endfor -%}
{%- endmacro %}
