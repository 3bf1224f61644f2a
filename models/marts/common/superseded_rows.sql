-- Beside the rows that the loader rejected: what is in no mart is in quarantine.
{{ config(schema='quarantine') }}

with

{% for source_name in var('areas').values() | sum(start=[]) -%}
    {{ source_name }} as (

        select
            source_name,
            feed,
            row_key,
            reason,
            batch_id,
            source_file,
            row_number,
            superseding_batch_id,
            superseding_row_number,
            loaded_at
        from {{ ref('stg_' ~ source_name ~ '__superseded_rows') }}

    ),

{% endfor -%}

all_rows as (

    {% for source_name in var('areas').values() | sum(start=[]) -%}
        select * from {{ source_name }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select * from all_rows
