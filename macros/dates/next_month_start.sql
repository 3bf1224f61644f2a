{% macro next_month_start(date) -%}
    cast(date_trunc('month', {{ date }}) + interval '1 month' as date)
{%- endmacro %}
