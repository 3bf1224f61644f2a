{% macro refuse_duplicates(relation, new_rows=none) -%}
    {%- set keys = [] -%}
    {%- for constraint in model.constraints if constraint.type == 'primary_key' -%}
        {%- do keys.extend(constraint.columns) -%}
    {%- endfor -%}
    {%- for name, column in model.columns.items()
        if column.constraints | selectattr('type', 'equalto', 'primary_key') | list -%}
        {%- do keys.append(name) -%}
    {%- endfor -%}
    {%- if keys and not is_key_indexed() -%}
        {%- set key = keys | join(', ') -%}
        {%- set duplicates = run_query(
            'select ' ~ key ~ ', count(*) from ' ~ relation
            ~ (' where (' ~ key ~ ') in (select ' ~ key ~ ' from ' ~ new_rows ~ ')'
                if new_rows else '')
            ~ ' group by ' ~ key ~ ' having count(*) > 1 limit 1'
        ).rows -%}
        {%- if duplicates -%}
            {%- do exceptions.raise_compiler_error(
                '`' ~ model.name ~ '` would have ' ~ duplicates[0].values() | last
                ~ ' rows of one primary key (' ~ key ~ '): '
                ~ (duplicates[0].values() | list)[:-1] | join(', ')
                ~ '. The table stays as it was.'
            ) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
