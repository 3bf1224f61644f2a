{% macro repoint_view(view, old_name, new_name) -%}
    {%- do run_query("
        do $$
        declare
            view record;
        begin
            perform " ~ views_lock() ~ ";
            perform set_config('search_path', '', true);
            select oid::regclass as name, relowner::regrole as owner, reloptions as options
            into view
            from pg_class
            where oid = to_regclass('" ~ view ~ "');
            execute format('alter view %s owner to %s', view.name, view.owner);
            execute format(
                'create or replace view %s%s as %s',
                view.name,
                ' with (' || array_to_string(view.options, ', ') || ')',
                replace(pg_get_viewdef(view.name), '" ~ old_name ~ "', '" ~ new_name ~ "')
            );
        exception
            when syntax_error_or_access_rule_violation
                then raise log 'view % goes: %', view.name, sqlerrm;
        end
        $$
    ") -%}
{%- endmacro %}
