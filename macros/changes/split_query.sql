{% macro split_query(sql) -%}
    {%- set parts_of = config.get('meta', {}).get('parts_of') -%}
    {%- set queries = [] -%}
    {%- for condition in (parts_by_key(ref(parts_of), '\\1') if parts_of else ['true']) -%}
        {%- do queries.append(without_change_filter(sql, condition)) -%}
    {%- endfor -%}
    {{ return(queries) }}
{%- endmacro %}
