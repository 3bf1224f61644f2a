{#- Whether a row with a `delivery_rank` is the last delivery of its key. An equation would say the
    same; without statistics PostgreSQL takes one for a two-hundredth of the rows, and then joins
    what reads them in nested loops. -#}
{% macro is_last_delivery() -%}
    delivery_rank <= 1
{%- endmacro %}
