{% macro postgres__apply_grants(relation, grant_config, should_revoke) -%}
    {%- if grant_config -%}
        {%- set roles = roles_present() -%}
        {%- set present = {} -%}
        {%- for privilege, grantees in grant_config.items() -%}
            {%- do present.update({privilege: grantees | select('in', roles) | list}) -%}
        {%- endfor -%}
        {%- do dbt.default__apply_grants(relation, present, should_revoke) -%}
    {%- endif -%}
{%- endmacro %}
