{% macro largest_remainder(whole, weight, total_weight, partition_by, tie_break) -%}
    {%- set floored = integer_quotient(whole ~ ' * ' ~ weight, total_weight) -%}
    {{ floored }}
    + case
        when
            row_number() over (
                partition by {{ partition_by }}
                order by
                    {{ whole }} * {{ weight }} - {{ floored }} * {{ total_weight }} desc,
                    {{ tie_break }}
            )
            <= {{ whole }} - sum({{ floored }}) over (partition by {{ partition_by }})
            then 1
        else 0
    end
{%- endmacro %}
