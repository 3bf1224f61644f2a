{% macro row_address() -%}
    {{ return(adapter.dispatch('row_address')()) }}
{%- endmacro %}

{% macro default__row_address() -%}
    {{ no_standard_form('row_address') }}
{%- endmacro %}

{% macro postgres__row_address() -%}
    ctid
{%- endmacro %}

{% macro duckdb__row_address() -%}
    rowid
{%- endmacro %}
