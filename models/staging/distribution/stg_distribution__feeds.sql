{{ config(materialized='table') }}

with

{% for feed in distribution_feeds() -%}
    {{ feed }} as (

        select
            'distribution' as source_name,
            '{{ feed }}' as feed,
            count(*) as row_count,
            max({{ feed_business_date('distribution', feed) }}) as last_business_date,
            max(_loaded_at) as last_loaded_at
        from {{ source('distribution', feed) }}

    ),

{% endfor -%}

feeds as (

    {% for feed in distribution_feeds() -%}
        select * from {{ feed }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select * from feeds
