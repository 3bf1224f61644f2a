{% macro is_period(valid_from='valid_from', valid_to='valid_to') -%}
    ({{ valid_to }} is null or {{ valid_to }} > {{ valid_from }})
{%- endmacro %}
