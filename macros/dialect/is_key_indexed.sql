{#- Whether the database holds an index for the primary key of the model that asks, and refuses
    what is there twice. On DuckDB such an index lies in memory whole, beyond any limit for the
    largest tables, and takes longer than they do; `refuse_duplicates` looks there. -#}
{% macro is_key_indexed() -%}
    {{ return(adapter.dispatch('is_key_indexed')()) }}
{%- endmacro %}

{% macro default__is_key_indexed() -%}
    {{ return(true) }}
{%- endmacro %}

{% macro duckdb__is_key_indexed() -%}
    {{ return(false) }}
{%- endmacro %}
