{% macro gather_statistics(relation=none) -%}
    {%- if relation or config.get('materialized') != 'view' -%}
        {{ return(adapter.dispatch('gather_statistics')(relation or this)) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__gather_statistics(relation) -%}
{%- endmacro %}

{% macro postgres__gather_statistics(relation) -%}
    analyze {{ relation }}
{%- endmacro %}
