with

-- A source belongs to one area: the variable `areas` has it.
{% for area, sources in var('areas').items() -%}
    {% for source_name in sources -%}
        {{ source_name }} as (

            select
                cast('{{ area }}' as text) as area,
                source_name,
                feed,
                row_count,
                last_business_date,
                last_loaded_at
            from {{ ref('stg_' ~ source_name ~ '__feeds') }}

        ),

    {% endfor -%}
{% endfor -%}

all_feeds as (

    {% for source_name in var('areas').values() | sum(start=[]) -%}
        select * from {{ source_name }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select * from all_feeds
