{#- A data test. What passes leaves no table, what fails leaves its rows in one. A test that says
    by `is_touched` what it looks at looks, once it found nothing, at what changed since; at
    everything where its SQL or a maintained model above it is not as it was then. -#}
{% materialization test, default -%}

    {%- set narrowed = compare_definition(sql) if '/* touched */' in sql else none -%}
    {%- set rows_sql = get_limit_subquery_sql(
        sql if not narrowed or (narrowed.is_as_before and not should_full_refresh())
        else narrowed.whole_sql,
        config.get('limit')
    ) -%}
    {%- set relation = api.Relation.create(
        identifier=model.alias, schema=schema, database=database, type='table'
    ) -%}
    {%- do drop_relation_if_exists(load_cached_relation(relation)) -%}

    {%- call statement('main', fetch_result=True) -%}
        {{ get_test_sql(
            rows_sql,
            config.get('fail_calc'),
            config.get('warn_if'),
            config.get('error_if'),
            limit=none
        ) }}
    {%- endcall -%}
    {%- set found = load_result('main').data[0][0] -%}

    {%- if found and should_store_failures() -%}
        {%- call statement('failures') -%}
            {{ get_create_table_as_sql(False, relation, rows_sql) }}
        {%- endcall -%}
    {%- endif -%}
    {%- if narrowed -%}
        {%- call statement('progress') -%}
            {%- if found -%}
                delete from {{ build_progress() }} where model_name = '{{ model.name }}'
            {%- else -%}
                {{ record_progress(narrowed.changes_read, "'" ~ narrowed.definition ~ "'") }}
            {%- endif -%}
        {%- endcall -%}
    {%- endif -%}
    {%- do adapter.commit() -%}

    {{ return({'relations': [relation] if found else []}) }}

{%- endmaterialization %}
