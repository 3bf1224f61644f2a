{#- A row's part of a whole number that is divided by weights: rounded down, and what is left
    over goes one each to the rows that lost most by it, among equals to the first. The
    parts add up to the whole. All numbers whole and 0 or more, the total weight above 0. -#}
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
