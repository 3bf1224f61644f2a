{% macro record_columns(record) -%}
    {{ return(adapter.dispatch('record_columns')(record)) }}
{%- endmacro %}

{% macro default__record_columns(record) -%}
    ({{ record }}).*
{%- endmacro %}

{% macro duckdb__record_columns(record) -%}
    {{ record }}.*
{%- endmacro %}
