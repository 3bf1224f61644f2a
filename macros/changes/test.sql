{% materialization test, default -%}

    {%- set narrowed = compare_definition(sql) if '/* changed by ' in sql else none -%}
    {%- set is_whole = narrowed and (should_full_refresh() or not narrowed.is_as_before) -%}
    {%- set queries = [] -%}
    {%- for query in (split_query(sql) if is_whole else [sql]) -%}
        {%- do queries.append(get_limit_subquery_sql(query, config.get('limit'))) -%}
    {%- endfor -%}
    {%- set relation = api.Relation.create(
        identifier=model.alias, schema=schema, database=database, type='table'
    ) -%}
    {%- do drop_relation_if_exists(load_cached_relation(relation)) -%}
    {%- set is_in_parts = queries | length > 1 -%}
    {%- if is_in_parts -%}
        {%- do create_from_queries(relation, queries) -%}
    {%- endif -%}

    {%- call statement('main', fetch_result=True) -%}
        {{ get_test_sql(
            'select * from ' ~ relation if is_in_parts else queries[0],
            config.get('fail_calc'),
            config.get('warn_if'),
            config.get('error_if'),
            limit=none
        ) }}
    {%- endcall -%}
    {%- set found = load_result('main').data[0][0] -%}

    {%- set is_kept = found and should_store_failures() -%}
    {%- if is_kept and not is_in_parts -%}
        {%- call statement('failures') -%}
            {{ get_create_table_as_sql(False, relation, queries[0]) }}
        {%- endcall -%}
    {%- elif is_in_parts and not is_kept -%}
        {%- do adapter.drop_relation(relation) -%}
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

    {{ return({'relations': [relation] if is_kept else []}) }}

{%- endmaterialization %}
