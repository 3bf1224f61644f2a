{{ config(materialized='table') }}

with

superseded as (

    {% for feed in distribution_feeds() -%}
        {{ superseded_deliveries('distribution', feed) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select * from superseded
