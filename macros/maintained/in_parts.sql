{#- The queries that together give all rows of one that says by `is_touched` what it reads: itself,
    or one for each part of what its rows are known by, where meta `parts_of` names the input that
    has too many rows for the engine to take at a time. Each row then has to follow from inputs
    that are known by the same, and `is_maturing` has no place beside. -#}
{% macro in_parts(sql) -%}
    {%- set parts_of = config.get('meta', {}).get('parts_of') -%}
    {%- set queries = [] -%}
    {%- for condition in (parts_by_key(ref(parts_of), '\\1') if parts_of else ['true']) -%}
        {%- do queries.append(without_touched(sql, condition)) -%}
    {%- endfor -%}
    {{ return(queries) }}
{%- endmacro %}
