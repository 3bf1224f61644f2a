{% macro default__get_table_columns_and_constraints() -%}
    {%- set left_out = ['foreign_key'] + ([] if is_key_indexed() else ['primary_key']) -%}
    {%- set columns = {} -%}
    {%- for name, column in model['columns'].items() -%}
        {%- set kept = column['constraints']
            | rejectattr('type', 'in', left_out) | list -%}
        {%- do columns.update({name: dict(column, constraints=kept)}) -%}
    {%- endfor -%}
    {%- set parts = adapter.render_raw_columns_constraints(raw_columns=columns)
        + adapter.render_raw_model_constraints(
            raw_constraints=model['constraints'] | rejectattr('type', 'in', left_out) | list
        ) -%}
    ({{ parts | join(', ') }})
{%- endmacro %}
