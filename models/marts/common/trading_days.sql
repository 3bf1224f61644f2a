with

{% for area in var('areas') -%}
    {{ area }} as (

        select
            cast('{{ area }}' as text) as area,
            date_day
        from {{ ref('int_' ~ area ~ '_days_observed') }}

    ),

{% endfor -%}

all_days as (

    {% for area in var('areas') -%}
        select * from {{ area }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select * from all_days
