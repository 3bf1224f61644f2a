{% macro is_far_ahead(source_name, feed) -%}
    {%- set last = last_believable_date() -%}
    {%- set ahead = [] -%}
    {%- for column in bounded_dates(source_name, feed) -%}
        {%- do ahead.append('cast(' ~ column ~ ' as date) > ' ~ last) -%}
    {%- endfor -%}
    {{ return('coalesce(' ~ ahead | join(' or ') ~ ', false)' if ahead else '1 = 0') }}
{%- endmacro %}
