{% macro drop_checked_keys(relation) -%}
    {{ return(adapter.dispatch('drop_checked_keys')(relation)) }}
{%- endmacro %}

{% macro default__drop_checked_keys(relation) -%}
{%- endmacro %}

{% macro postgres__drop_checked_keys(relation) -%}
    {#- Before PostgreSQL 18, the table's own keys have triggers on the tables they point to. -#}
    {%- set keys = run_query(
        'select conrelid::regclass, quote_ident(conname) from pg_constraint'
        ~ " where contype = 'f' and (confrelid = to_regclass('" ~ relation ~ "')"
        ~ " or conrelid = to_regclass('" ~ relation ~ "')"
        ~ ' and oid in (select tgconstraint from pg_trigger))'
    ).rows -%}
    {%- for table, key in keys -%}
        {%- do run_query('alter table ' ~ table ~ ' drop constraint ' ~ key) -%}
    {%- endfor -%}
{%- endmacro %}
