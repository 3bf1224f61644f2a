{#- The table in which a maintained model keeps what it tells others of. -#}
{% macro told_table(name) -%}
    {{ return(api.Relation.create(
        database=database,
        schema=generate_schema_name('intermediate', model) | trim,
        identifier=name ~ '__told',
        type='table'
    )) }}
{%- endmacro %}
