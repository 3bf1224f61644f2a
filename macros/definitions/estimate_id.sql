{#- Identifier of what is accrued for an account, product and month. -#}
{% macro estimate_id(account_id, product_id, month) -%}
    {{ account_id }} || '|' || {{ product_id }} || '|' || cast({{ month }} as text)
{%- endmacro %}
