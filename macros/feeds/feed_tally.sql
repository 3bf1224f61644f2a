{% macro feed_tally(source_name, feed) -%}
    select
        '{{ source_name }}' as source_name,
        '{{ feed }}' as feed,
        count(*) as row_count,
        max(
            case
                when not {{ is_far_ahead(source_name, feed) }}
                    then {{ feed_business_date(source_name, feed) }}
            end
        ) as last_business_date,
        max(_loaded_at) as last_loaded_at
    from {{ source(source_name, feed) }}
{%- endmacro %}
