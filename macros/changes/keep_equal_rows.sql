{% macro keep_equal_rows(old_rows, new_rows) -%}
    {%- set unchanged_rows = model.name ~ '__unchanged_rows' -%}
    {%- for filled in [old_rows, new_rows] if gather_statistics(filled) -%}
        {%- do run_query(gather_statistics(filled)) -%}
    {%- endfor -%}
    {%- call statement('unchanged_rows') -%}
        create temporary table {{ unchanged_rows }} as
        select
            old_rows.row_address as old_address,
            new_rows.{{ row_address() }} as new_address
        from {{ old_rows }} as old_rows
        inner join {{ new_rows }} as new_rows
            on old_rows.old_row = new_rows
    {%- endcall -%}
    {%- call statement('alike') -%}
        {%- for address in ['old_address', 'new_address'] %}
            delete from {{ unchanged_rows }}
            where {{ address }} in (
                select {{ address }}
                from {{ unchanged_rows }}
                group by {{ address }}
                having count(*) > 1
            );
        {%- endfor -%}
    {%- endcall -%}
    {%- for side, address, unchanged_address in [
        (old_rows, 'row_address', 'old_address'), (new_rows, row_address(), 'new_address')
    ] -%}
        {%- call statement('left') -%}
            create temporary table {{ side }}_left as
            select side.*
            from {{ side }} as side
            left join {{ unchanged_rows }} as unchanged_rows
                on side.{{ address }} = unchanged_rows.{{ unchanged_address }}
            where unchanged_rows.{{ unchanged_address }} is null;
            drop table {{ side }};
            alter table {{ side }}_left rename to {{ side }}
        {%- endcall -%}
    {%- endfor -%}
    {%- call statement('drop') -%}
        drop table {{ unchanged_rows }}
    {%- endcall -%}
{%- endmacro %}
