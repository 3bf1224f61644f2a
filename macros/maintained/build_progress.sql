{#- The table that says, for each maintained model, by which definition it was built, which
    changes of flows it holds, and up to which day it reads. -#}
{% macro build_progress() -%}
    {{ generate_schema_name('intermediate', model) }}.build_progress
{%- endmacro %}
