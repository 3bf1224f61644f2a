{% macro record_changes_read(names) -%}
    {%- set last = [run_number()] -%}
    {%- set first = [] -%}
    {%- for name in names -%}
        {%- do last.append('(select max(change_number) from ' ~ ref(name) ~ ')') -%}
        {%- do first.append(
            "coalesce((select cast(min(change_number) as text) from " ~ ref(name) ~ "), 'none')"
        ) -%}
    {%- endfor -%}
    {{ record_progress(
        'greatest(' ~ last | join(', ') ~ ')',
        first | join(" || ' ' || ")
    ) }}
{%- endmacro %}
