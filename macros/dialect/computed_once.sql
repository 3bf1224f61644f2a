{#- Ends a query whose columns are computed once, however often the next one names them.
    PostgreSQL writes an expression into every place that names it, and computes it there anew,
    unless something keeps the queries apart. -#}
{% macro computed_once() -%}
    {{ return(adapter.dispatch('computed_once')()) }}
{%- endmacro %}

{% macro default__computed_once() -%}
{%- endmacro %}

{% macro postgres__computed_once() -%}
    offset 0
{%- endmacro %}
