{% macro create_from_queries(relation, queries) -%}
    {%- set state = {'is_filled': false} -%}
    {%- for query in queries -%}
        {%- if state.is_filled -%}
            {%- do add_rows(relation, query) -%}
        {%- else -%}
            {%- call statement('main') -%}
                {% if not loop.first %}drop table {{ relation }};{% endif %}
                {{ get_create_table_as_sql(False, relation, query) }}
            {%- endcall -%}
            {%- if not loop.last -%}
                {%- set rows = run_query('select 1 from ' ~ relation ~ ' limit 1').rows -%}
                {%- do state.update({'is_filled': rows | length > 0}) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}
