{{ config(materialized='table') }}

with

{% for feed in distribution_feeds() -%}
    {{ feed }} as (

        select
            'distribution' as source_name,
            '{{ feed }}' as feed,
            concat_ws(
                ' | ', {{ feed_key('distribution', feed) | join(', ') }}
            ) as row_key,
            _batch_id as batch_id,
            _source_file as source_file,
            _row_number as row_number,
            _loaded_at as loaded_at,
            {{ last_delivery('distribution', feed, '_batch_id') }}
                as superseding_batch_id,
            {{ last_delivery('distribution', feed, '_row_number') }}
                as superseding_row_number,
            {{ delivery_rank('distribution', feed) }} as delivery_rank
        from {{ source('distribution', feed) }}

    ),

{% endfor -%}

deliveries as (

    {% for feed in distribution_feeds() -%}
        select * from {{ feed }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

superseded as (

    select
        source_name,
        feed,
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
    from deliveries
    where delivery_rank > 1

)

select * from superseded
