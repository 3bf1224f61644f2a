{{ config(materialized='table') }}

with

feeds as (

    {% for feed in distribution_feeds() -%}
        {{ feed_tally('distribution', feed) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select * from feeds
