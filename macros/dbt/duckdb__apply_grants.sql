{#- DuckDB has no roles; dbt-duckdb's own macro warns of it in every run. -#}
{% macro duckdb__apply_grants(relation, grant_config, should_revoke) -%}
{%- endmacro %}
