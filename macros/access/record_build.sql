{#- Answers that were kept from before this number are out of date. -#}
{% macro record_build() -%}
    {%- if execute and flags.WHICH in ['build', 'run'] -%}
        {{ return(adapter.dispatch('record_build')()) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__record_build() -%}
{%- endmacro %}

{% macro postgres__record_build() -%}
    update {{ access_schema() }}.builds set build_number = build_number + 1, built_at = now()
{%- endmacro %}
