{% macro hash_to_bigint(digest) -%}
    {{ return(adapter.dispatch('hash_to_bigint')(digest)) }}
{%- endmacro %}

{% macro default__hash_to_bigint(digest) -%}
    {{ no_standard_form('hash_to_bigint') }}
{%- endmacro %}

{% macro postgres__hash_to_bigint(digest) -%}
    cast(cast('x0' || substr({{ digest }}, 1, 15) as bit(64)) as bigint)
{%- endmacro %}

{% macro duckdb__hash_to_bigint(digest) -%}
    cast('0x' || substr({{ digest }}, 1, 15) as bigint)
{%- endmacro %}
