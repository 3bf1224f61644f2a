{#- Before a run: the table in which maintained models say how far they are. -#}
{% macro prepare_build_progress() -%}
    {%- if execute and flags.WHICH in ['build', 'run'] -%}
        create schema if not exists {{ generate_schema_name('intermediate', model) }};
        create table if not exists {{ build_progress() }} (
            model_name text,
            definition text,
            change_number bigint,
            as_of_date date
        )
    {%- endif -%}
{%- endmacro %}
