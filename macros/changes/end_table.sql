{% macro end_table(table, is_whole) -%}
    {%- do apply_grants(
        table.target,
        config.get('grants'),
        should_revoke=should_revoke(table.existing, is_whole)
    ) -%}
    {%- if is_whole -%}
        {%- do persist_docs(table.target, model) -%}
    {%- endif -%}
    {%- do run_hooks(post_hooks, inside_transaction=True) -%}
    {%- do adapter.commit() -%}
    {%- do drop_relation_if_exists(load_cached_relation(table.backup)) -%}
    {%- do run_hooks(post_hooks, inside_transaction=False) -%}
{%- endmacro %}
