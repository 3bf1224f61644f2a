{% macro refuse_ambiguous_schema(schema) -%}
    {{ adapter.dispatch('refuse_ambiguous_schema', 'dist_perf_dw')(schema) }}
{%- endmacro %}

{% macro default__refuse_ambiguous_schema(schema) -%}
{%- endmacro %}

{% macro duckdb__refuse_ambiguous_schema(schema) -%}
    {%- if target.database | lower in [schema | lower, target.schema | lower] -%}
        {{ exceptions.raise_compiler_error(
            'the DuckDB file `' ~ target.path ~ '` is called like the schema `' ~ target.database
            ~ '` in it, so DuckDB cannot say what `' ~ target.database ~ '.` means: rename the file'
            ~ ' and set DIST_PERF_DUCKDB to its new name, one that no schema has, such as'
            ~ ' `warehouse.duckdb`'
        ) }}
    {%- endif -%}
{%- endmacro %}
