{% macro far_ahead_reason(source_name, feed) -%}
    case
        {%- for column in bounded_dates(source_name, feed) %}
        when cast({{ column }} as date) > {{ last_believable_date() }}
            then
                '`{{ column }}` ' || cast(cast({{ column }} as date) as text)
                || ' lies more than {{ var("future_tolerance_days") }} days after its load on '
                || cast(cast(_loaded_at as date) as text)
                || ': deliver the row with the right date, or set `future_tolerance_days` in'
                || ' `dbt_project.yml` higher'
        {%- endfor %}
        when 1 = 0 then ''
    end
{%- endmacro %}
