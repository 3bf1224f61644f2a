{#- What the row of a feed's key that was delivered last holds in a column. -#}
{% macro last_delivery(source_name, feed, column) -%}
    first_value({{ column }}) over (
        partition by {{ feed_key(source_name, feed) | join(', ') }}
        order by _loaded_at desc, _batch_id desc, _row_number desc
    )
{%- endmacro %}
