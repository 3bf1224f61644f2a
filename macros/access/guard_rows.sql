{#- A mart shows a person the rows of the members in the person's scopes. Dimensions stay open:
facts that lost their members would lose rows in joins. What has no owner is for those who see
the firm. -#}
{% macro guard_rows() -%}
    {%- if execute -%}
        {{ return(adapter.dispatch('guard_rows')()) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__guard_rows() -%}
{%- endmacro %}

{% macro postgres__guard_rows() -%}
    {%- set condition = row_condition(model) -%}
    {%- if config.get('materialized') == 'view' and condition is not none -%}
        alter view {{ this }} set (security_invoker = true)
    {%- elif condition is not none -%}
        {%- set there = run_query(
            "select pg_get_expr(polqual, polrelid) from pg_policy"
            ~ " where polname = 'rows_of_person' and polrelid = to_regclass('" ~ this ~ "')"
        ).rows | length > 0 -%}
        {%- if not there -%}
            alter table {{ this }} enable row level security;
            create policy rows_of_person on {{ this }} for select using ({{ condition }})
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
