{% macro views_lock() -%}
    pg_advisory_xact_lock(hashtext('dist_perf_dw views'))
{%- endmacro %}
