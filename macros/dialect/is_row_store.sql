{#- Whether the engine keeps a table row by row. There a row is read whole or not at all, and to
    leave it costs less than to write it again with its indexes and its dead version beside it;
    where columns lie apart, reading all of them costs as much as writing them. -#}
{% macro is_row_store() -%}
    {{ return(adapter.dispatch('is_row_store')()) }}
{%- endmacro %}

{% macro default__is_row_store() -%}
    {{ return(true) }}
{%- endmacro %}

{% macro duckdb__is_row_store() -%}
    {{ return(false) }}
{%- endmacro %}
