{% macro prepare_build_progress() -%}
    {%- if execute and flags.WHICH in ['build', 'run', 'seed', 'snapshot'] -%}
        create schema if not exists {{ generate_schema_name('intermediate', model) }};
        create table if not exists {{ build_progress() }} (
            model_name text,
            definition text,
            change_number bigint,
            as_of_date date
        );
        insert into {{ build_progress() }} (model_name, change_number)
        select
            '(run)',
            {{ run_number() }} + 1;
        delete from {{ build_progress() }}
        where
            (model_name = '(run)' and change_number < {{ run_number() }})
            or model_name = '(built)'
    {%- endif -%}
{%- endmacro %}
