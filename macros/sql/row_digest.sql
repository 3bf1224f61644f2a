{% macro row_digest(values) -%}
    {{ return(adapter.dispatch('row_digest')(values)) }}
{%- endmacro %}

{% macro default__row_digest(values) -%}
    {{ hash_to_bigint(dbt_utils.generate_surrogate_key(values)) }}
{%- endmacro %}

{% macro postgres__row_digest(values) -%}
    hashtextextended(cast(row({{ values | join(', ') }}) as text), 0)
{%- endmacro %}

{% macro duckdb__row_digest(values) -%}
    hash({{ values | join(', ') }})
{%- endmacro %}
