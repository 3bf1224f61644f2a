{% macro parts_by_key(relation, columns) -%}
    {{ return(adapter.dispatch('parts_by_key')(relation, columns)) }}
{%- endmacro %}

{% macro default__parts_by_key(relation, columns) -%}
    {{ return(['true']) }}
{%- endmacro %}

{% macro duckdb__parts_by_key(relation, columns) -%}
    {%- set rows = run_query('select count(*) from ' ~ relation).rows[0][0] | int -%}
    {%- set count = -(-rows // whole_number_setting('rows_at_a_time', least=1)) -%}
    {%- set conditions = [] -%}
    {%- for part in range(count) if count > 1 -%}
        {%- do conditions.append('hash(' ~ columns ~ ') % ' ~ count ~ ' = ' ~ part) -%}
    {%- endfor -%}
    {{ return(conditions or ['true']) }}
{%- endmacro %}
