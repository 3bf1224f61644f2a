{% macro indexes_on(column_lists) -%}
    {{ return(adapter.dispatch('indexes_on')(column_lists)) }}
{%- endmacro %}

{% macro postgres__indexes_on(column_lists) -%}
    {%- set indexes = [] -%}
    {%- for columns in column_lists -%}
        {%- do indexes.append({'columns': columns}) -%}
    {%- endfor -%}
    {{ return(indexes) }}
{%- endmacro %}

{% macro default__indexes_on(column_lists) -%}
    {{ return([]) }}
{%- endmacro %}
