{% macro grant_access_to_api() -%}
    {%- set access = access_schema() -%}
    {%- if 'dist_perf_api' in roles_present() -%}
grant select on {{ access }}.roles, {{ access }}.people, {{ access }}.scopes,
    {{ access }}.changes, {{ access }}.builds, {{ access }}.alert_rules to dist_perf_api;
grant insert on {{ access }}.people, {{ access }}.scopes, {{ access }}.alert_rules to dist_perf_api;
grant update (person_name, role, is_active, password_hash, session_number, version_number)
    on {{ access }}.people to dist_perf_api;
grant update (valid_to, version_number) on {{ access }}.scopes to dist_perf_api;
grant update on {{ access }}.alert_rules to dist_perf_api;
-- Without the row of an administrator the rule of the seed holds again.
grant delete on {{ access }}.alert_rules to dist_perf_api;
grant insert on {{ access }}.changes to dist_perf_api;
    {%- endif -%}
{%- endmacro %}
