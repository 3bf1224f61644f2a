{#- A query for rows of a maintained model as it tells others of them: each once for each set of columns
    in meta `tells`. `rows` has the columns of `told_columns`; `side` is 1 for rows that are there and
    -1 for those that were. -#}
{% macro told_rows(rows, side) -%}
    {%- for columns in config.get('meta').tells -%}
        {%- set number = loop.index -%}
        select
            {% for name in columns -%}
                {{ name }}_{{ number }} as {{ name }},
            {% endfor -%}
            digest,
            {{ side }} as side
        from {{ rows }}
        {% if not loop.last %}union all {% endif %}
    {%- endfor -%}
{%- endmacro %}
