{% macro is_key_indexed() -%}
    {{ return(adapter.dispatch('is_key_indexed')()) }}
{%- endmacro %}

{% macro default__is_key_indexed() -%}
    {{ return(false) }}
{%- endmacro %}

{% macro postgres__is_key_indexed() -%}
    {{ return(true) }}
{%- endmacro %}
