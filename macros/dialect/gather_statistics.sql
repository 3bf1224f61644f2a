{#- Statistics of a table just built: without them the planner of the next model guesses. -#}
{% macro gather_statistics() -%}
    {%- if config.get('materialized') != 'view' -%}
        {{ return(adapter.dispatch('gather_statistics')()) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__gather_statistics() -%}
{%- endmacro %}

{% macro postgres__gather_statistics() -%}
    analyze {{ this }}
{%- endmacro %}
