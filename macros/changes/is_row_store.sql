{% macro is_row_store() -%}
    {{ return(adapter.dispatch('is_row_store')()) }}
{%- endmacro %}

{% macro default__is_row_store() -%}
    {{ return(false) }}
{%- endmacro %}

{% macro postgres__is_row_store() -%}
    {{ return(true) }}
{%- endmacro %}
