{#- Foreign keys are left out of `create table`: while dbt swaps tables they lock the tables
    they point to, and two models that build at once end in a deadlock; DuckDB would even copy
    every fact that names a rebuilt dimension. `declare_foreign_keys` adds them after the run. -#}
{% macro default__get_table_columns_and_constraints() -%}
    {%- set columns = {} -%}
    {%- for name, column in model['columns'].items() -%}
        {%- set kept = column['constraints']
            | rejectattr('type', 'equalto', 'foreign_key') | list -%}
        {%- do columns.update({name: dict(column, constraints=kept)}) -%}
    {%- endfor -%}
    {%- set parts = adapter.render_raw_columns_constraints(raw_columns=columns)
        + adapter.render_raw_model_constraints(raw_constraints=model['constraints']) -%}
    ({{ parts | join(', ') }})
{%- endmacro %}
