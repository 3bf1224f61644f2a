{% macro last_believable_date() -%}
    {{ return(
        add_days('cast(_loaded_at as date)', whole_number_setting('future_tolerance_days'))
    ) }}
{%- endmacro %}
