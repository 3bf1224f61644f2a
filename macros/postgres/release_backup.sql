{% macro release_backup(relation) -%}
    {%- set suffix = '__dbt_backup' -%}
    {%- if relation.identifier.endswith(suffix) -%}
        {%- set readers_query -%}
            with recursive

            readers as (

                select
                    cast(to_regclass('{{ relation }}') as oid) as oid,
                    0 as distance

                union

                select
                    pg_rewrite.ev_class as oid,
                    readers.distance + 1 as distance
                from readers
                inner join pg_depend
                    on
                        readers.oid = pg_depend.refobjid
                        and pg_depend.classid = 'pg_rewrite'::regclass
                inner join pg_rewrite on pg_depend.objid = pg_rewrite.oid
                where pg_rewrite.ev_class <> readers.oid

            )

            select
                pg_namespace.nspname,
                pg_class.relname,
                min(readers.distance) as distance
            from readers
            inner join pg_class on readers.oid = pg_class.oid
            inner join pg_namespace on pg_class.relnamespace = pg_namespace.oid
            where
                readers.distance > 0
                and pg_class.relkind = 'v'
            group by pg_namespace.nspname, pg_class.relname
        {%- endset -%}
        {%- set readers = run_query(readers_query).rows -%}
        {%- for schema, name, distance in readers if distance == 1 -%}
            {%- do repoint_view(
                adapter.quote(schema) ~ '.' ~ adapter.quote(name),
                relation.identifier,
                relation.identifier[:-(suffix | length)]
            ) -%}
        {%- endfor -%}
        {#- dbt's cache drops the views that it knew on the table, and does not know the others. -#}
        {%- set lost = [] -%}
        {%- for schema, name, _ in run_query(readers_query).rows if readers -%}
            {%- do lost.append((schema, name)) -%}
        {%- endfor -%}
        {%- for schema, name, _ in readers -%}
            {%- set view = api.Relation.create(
                database=relation.database, schema=schema, identifier=name, type='view'
            ) -%}
            {%- if (schema, name) in lost -%}
                {%- do adapter.cache_dropped(view) -%}
            {%- else -%}
                {%- do adapter.cache_added(view) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do drop_checked_keys(relation) -%}
    {%- endif -%}
{%- endmacro %}
