{% macro version_start(unique_key) -%}
    case
        when
            cast(dbt_valid_from as date)
            = min(cast(dbt_valid_from as date)) over (partition by {{ unique_key }})
            then {{ start_of_time() }}
        else cast(dbt_valid_from as date)
    end
{%- endmacro %}
