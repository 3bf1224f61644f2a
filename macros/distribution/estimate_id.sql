{% macro estimate_id(account_id, product_id, month) -%}
    {{ account_id }} || '|' || {{ product_id }} || '|' || cast({{ month }} as text)
{%- endmacro %}
