{#- The columns by which a maintained model tells others of its rows, beside a digest of what a row
    holds, or of meta `tells_on` alone where others ask for no more. Rows have the alias `told`. -#}
{% macro told_columns() -%}
    {%- for columns in config.get('meta').tells -%}
        {%- set number = loop.index -%}
        {%- for name, expression in columns.items() -%}
            {{ expression }} as {{ name }}_{{ number }},
        {% endfor -%}
    {%- endfor -%}
    {{ row_digest(config.get('meta').get('tells_on', ['told'])) }} as digest
{%- endmacro %}
