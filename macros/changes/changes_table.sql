{% macro changes_table(name) -%}
    {{ return(api.Relation.create(
        database=database,
        schema=generate_schema_name('intermediate', model) | trim,
        identifier=name ~ '__changes',
        type='table'
    )) }}
{%- endmacro %}
