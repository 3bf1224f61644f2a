{% macro superseded_deliveries(source_name, feed) -%}
    select
        '{{ source_name }}' as source_name,
        '{{ feed }}' as feed,
        row_key,
        batch_id,
        source_file,
        row_number,
        superseding_batch_id,
        superseding_row_number,
        loaded_at,
        case
            when superseding_batch_id = batch_id
                then 'a later row of the same file holds the same key'
            else 'a later delivery holds the same key'
        end as reason
    from (
        select
            concat_ws(' | ', {{ feed_key(source_name, feed) | join(', ') }}) as row_key,
            _batch_id as batch_id,
            _source_file as source_file,
            _row_number as row_number,
            {{ last_delivery(source_name, feed, '_batch_id') }} as superseding_batch_id,
            {{ last_delivery(source_name, feed, '_row_number') }} as superseding_row_number,
            _loaded_at as loaded_at,
            {{ delivery_rank(source_name, feed) }} as delivery_rank
        from {{ source(source_name, feed) }}
        where not {{ is_far_ahead(source_name, feed) }}
    ) as deliveries
    where delivery_rank > 1

    union all

    select
        '{{ source_name }}' as source_name,
        '{{ feed }}' as feed,
        concat_ws(' | ', {{ feed_key(source_name, feed) | join(', ') }}) as row_key,
        _batch_id as batch_id,
        _source_file as source_file,
        _row_number as row_number,
        cast(null as text) as superseding_batch_id,
        cast(null as bigint) as superseding_row_number,
        _loaded_at as loaded_at,
        {{ far_ahead_reason(source_name, feed) }} as reason
    from {{ source(source_name, feed) }}
    where {{ is_far_ahead(source_name, feed) }}
{%- endmacro %}
