{#- A query for a maintained model's rows as it tells others of them: by each set of columns in meta
    `tells`, with a digest of what they hold, or of meta `tells_on` alone where others ask for no
    more. `side` is 1 for rows that are there and -1 for those that were. -#}
{% macro told_rows(relation, condition, side) -%}
    {%- for columns in config.get('meta').tells -%}
        select
            {% for name, expression in columns.items() -%}
                {{ expression }} as {{ name }},
            {% endfor -%}
            {{ row_digest(config.get('meta').get('tells_on', ['told'])) }} as digest,
            {{ side }} as side
        from {{ relation }} as told
        where {{ condition }}
        {% if not loop.last %}union all {% endif %}
    {%- endfor -%}
{%- endmacro %}
