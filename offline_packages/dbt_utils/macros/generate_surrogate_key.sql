{#- Keys must equal those of the real package: joins with tables that it made depend on it. -#}
{% macro generate_surrogate_key(field_list) -%}
    {%- set nulls_are_empty = var('surrogate_key_treat_nulls_as_empty_strings', false) -%}
    {%- set null_text = '' if nulls_are_empty else '_dbt_utils_surrogate_key_null_' -%}
    {%- set texts = [] -%}
    {%- for field in field_list -%}
        {%- set text = 'cast(' ~ field ~ ' as ' ~ dbt.type_string() ~ ')' -%}
        {%- do texts.append("coalesce(" ~ text ~ ", '" ~ null_text ~ "')") -%}
    {%- endfor -%}
    {{ dbt.hash(texts | join(" || '-' || ")) }}
{%- endmacro %}
