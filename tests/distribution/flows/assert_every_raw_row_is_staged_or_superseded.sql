-- Rows in a feed = rows staged + rows that a later delivery superseded, feed by feed.
with

{% for feed in distribution_feeds() -%}
    {{ feed }} as (

        select
            '{{ feed }}' as feed,
            (
                select count(*) from {{ source('distribution', feed) }}
            ) as raw_rows,
            (
                select count(*) from {{ ref('stg_distribution__' ~ feed) }}
            ) as staged_rows,
            (
                select count(*)
                from {{ ref('stg_distribution__superseded_rows') }}
                where feed = '{{ feed }}'
            ) as superseded_rows

    ),

{% endfor -%}

counted as (

    {% for feed in distribution_feeds() -%}
        select * from {{ feed }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select *
from counted
where raw_rows <> staged_rows + superseded_rows
