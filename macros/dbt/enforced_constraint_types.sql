{% macro enforced_constraint_types() -%}
    {%- set types = model['constraints'] | map(attribute='type') | list -%}
    {%- for column in model['columns'].values() -%}
        {%- do types.extend(column['constraints'] | map(attribute='type')) -%}
    {%- endfor -%}
    {{ return(types | reject('equalto', 'foreign_key') | list) }}
{%- endmacro %}
