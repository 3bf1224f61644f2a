{% macro surrogate_key(columns) -%}
    {%- set fields = [] -%}
    {%- for column in columns -%}
        {%- do fields.append("coalesce(cast(" ~ column ~ " as " ~ dbt.type_string() ~ "), 'unassigned')") -%}
    {%- endfor -%}
    {{ hash_to_bigint(dbt_utils.generate_surrogate_key(fields)) }}
{%- endmacro %}
