{#- Writes how far a table of changes is that reads versioned tables. Where one of these was built
    anew alone, nothing tells where things were before; its first number is then another, and
    what reads on is built whole. -#}
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
