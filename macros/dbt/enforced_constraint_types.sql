{#- What dbt-duckdb plans its table swaps by: foreign keys are not among what it enforces, see
    default__get_table_columns_and_constraints. -#}
{% macro enforced_constraint_types() -%}
    {%- set types = model['constraints'] | map(attribute='type') | list -%}
    {%- for column in model['columns'].values() -%}
        {%- do types.extend(column['constraints'] | map(attribute='type')) -%}
    {%- endfor -%}
    {{ return(types | reject('equalto', 'foreign_key') | list) }}
{%- endmacro %}
