{% macro is_known(booked_date) -%}
    {%- if var('known_date') -%}
        {{ booked_date }} <= cast({{ date_setting('known_date') }} as date)
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}
