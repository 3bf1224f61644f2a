{#- A table that dbt swaps would take the views that read it along when its old self is dropped.
    So these are first turned to the new table, in place, with their grants and comments: who
    reads a view never finds it gone, and a part of the warehouse can be rebuilt alone. A view
    that its new table does not fit goes, and its own model brings it back.
    The lock lets one drop at a time turn a view; the swap itself holds no lock any more. -#}
{% macro postgres__drop_table(relation) -%}
    {%- set suffix = '__dbt_backup' -%}
    {%- if relation.identifier.endswith(suffix) -%}
        {%- set readers =
            'select distinct nspname, relname, ev_class from pg_depend'
            ~ ' inner join pg_rewrite on pg_rewrite.oid = pg_depend.objid'
            ~ ' inner join pg_class on pg_class.oid = pg_rewrite.ev_class'
            ~ ' inner join pg_namespace on pg_namespace.oid = pg_class.relnamespace'
            ~ " where relkind = 'v' and pg_depend.classid = 'pg_rewrite'::regclass"
            ~ " and refobjid = to_regclass('" ~ relation ~ "')" -%}
        {%- set before = run_query(readers).rows | map('list') | list -%}
        {%- if before -%}
            {%- call statement('turn_views', auto_begin=False) -%}
                do $turn$
                declare
                    reader record;
                begin
                    perform pg_advisory_xact_lock(hashtext('dist_perf_dw views'));
                    perform set_config('search_path', '', true);
                    for reader in {{ readers }} loop
                        begin
                            execute format(
                                'create or replace view %I.%I as %s',
                                reader.nspname,
                                reader.relname,
                                replace(
                                    pg_get_viewdef(reader.ev_class),
                                    '{{ relation.identifier }}',
                                    '{{ relation.identifier[:-(suffix | length)] }}'
                                )
                            );
                        exception when others then
                            raise log 'view % goes: %', reader.relname, sqlerrm;
                        end;
                    end loop;
                end
                $turn$
            {%- endcall -%}
        {%- endif -%}
        {#- dbt believes that they go with the table. -#}
        {%- set after = run_query(readers).rows | map('list') | list if before -%}
        {%- for view in before if view not in after -%}
            {%- do adapter.cache_added(api.Relation.create(
                database=relation.database, schema=view[0], identifier=view[1], type='view'
            )) -%}
        {%- endfor -%}
    {%- endif -%}
    drop table if exists {{ relation }} cascade
{%- endmacro %}
