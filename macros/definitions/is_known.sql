{#- Whether a row was known at the end of `known_date`, by the date on which it was booked;
    without that variable everything is. -#}
{% macro is_known(booked_date) -%}
    {%- if var('known_date') -%}
        {{ booked_date }} <= cast({{ date_setting('known_date') }} as date)
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}
