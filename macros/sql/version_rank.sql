{% macro version_rank(unique_key) -%}
    row_number() over (
        partition by {{ unique_key }}, cast(dbt_valid_from as date)
        order by dbt_valid_from desc, dbt_valid_to desc nulls first, dbt_scd_id
    )
{%- endmacro %}
