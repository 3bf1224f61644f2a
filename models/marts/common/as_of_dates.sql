with

{% for area in var('areas') -%}
    {{ area }} as (

        select
            cast('{{ area }}' as text) as area,
            as_of_date
        from {{ ref('int_' ~ area ~ '_as_of_date_settled') }}

    ),

{% endfor -%}

all_dates as (

    {% for area in var('areas') -%}
        select * from {{ area }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select * from all_dates
