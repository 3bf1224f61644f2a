{% macro days_between(first_date, second_date) -%}
    cast({{ second_date }} - {{ first_date }} as integer)
{%- endmacro %}
