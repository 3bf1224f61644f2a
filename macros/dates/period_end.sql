{% macro period_end(valid_to, valid_from, partition_by) -%}
    least(
        coalesce({{ valid_to }}, {{ end_of_time() }}),
        coalesce(
            lead({{ valid_from }}) over (
                partition by {{ partition_by }}
                order by {{ valid_from }}
            ),
            {{ end_of_time() }}
        )
    )
{%- endmacro %}
