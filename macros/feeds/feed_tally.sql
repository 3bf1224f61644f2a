{% macro feed_tally(source_name, feed) -%}
    select
        '{{ source_name }}' as source_name,
        '{{ feed }}' as feed,
        count(*) as row_count,
        max({{ feed_business_date(source_name, feed) }}) as last_business_date,
        max(_loaded_at) as last_loaded_at
    from {{ source(source_name, feed) }}
{%- endmacro %}
