{% macro keep_equal_rows(going, coming) -%}
    {%- set staying = model.name ~ '__staying' -%}
    {%- for filled in [going, coming] if gather_statistics(filled) -%}
        {%- do run_query(gather_statistics(filled)) -%}
    {%- endfor -%}
    {%- call statement('staying') -%}
        create temporary table {{ staying }} as
        select
            going.row_address as going_address,
            coming.{{ row_address() }} as coming_address
        from {{ going }} as going
        inner join {{ coming }} as coming
            on going.held = coming
    {%- endcall -%}
    {%- call statement('alike') -%}
        {%- for address in ['going_address', 'coming_address'] %}
            delete from {{ staying }}
            where {{ address }} in (
                select {{ address }}
                from {{ staying }}
                group by {{ address }}
                having count(*) > 1
            );
        {%- endfor -%}
    {%- endcall -%}
    {%- for side, address, staying_address in [
        (going, 'row_address', 'going_address'), (coming, row_address(), 'coming_address')
    ] -%}
        {%- call statement('left') -%}
            create temporary table {{ side }}_left as
            select side.*
            from {{ side }} as side
            left join {{ staying }} as staying
                on side.{{ address }} = staying.{{ staying_address }}
            where staying.{{ staying_address }} is null;
            drop table {{ side }};
            alter table {{ side }}_left rename to {{ side }}
        {%- endcall -%}
    {%- endfor -%}
    {%- call statement('drop') -%}
        drop table {{ staying }}
    {%- endcall -%}
{%- endmacro %}
