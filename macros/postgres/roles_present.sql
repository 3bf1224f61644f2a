{% macro roles_present() -%}
    {{ return(adapter.dispatch('roles_present')()) }}
{%- endmacro %}

{% macro default__roles_present() -%}
    {{ return([]) }}
{%- endmacro %}

{% macro postgres__roles_present() -%}
    {{ return(run_query('select rolname from pg_roles').columns[0].values() | list) }}
{%- endmacro %}
