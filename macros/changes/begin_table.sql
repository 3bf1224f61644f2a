{% macro begin_table() -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set table = {
        'target': target,
        'existing': existing,
        'intermediate': make_intermediate_relation(target),
        'backup': make_backup_relation(target, existing.type or 'table'),
    } -%}
    {%- do drop_relation_if_exists(load_cached_relation(table.intermediate)) -%}
    {%- do drop_relation_if_exists(load_cached_relation(table.backup)) -%}
    {%- do run_hooks(pre_hooks, inside_transaction=False) -%}
    {%- do run_hooks(pre_hooks, inside_transaction=True) -%}
    {{ return(table) }}
{%- endmacro %}
