{% macro duckdb__apply_grants(relation, grant_config, should_revoke) -%}
{%- endmacro %}
