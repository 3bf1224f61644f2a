{% macro delivery_rank(source_name, feed) -%}
    row_number() over (
        partition by {{ feed_key(source_name, feed) | join(', ') }}
        order by _loaded_at desc, _batch_id desc, _row_number desc
    )
{%- endmacro %}
