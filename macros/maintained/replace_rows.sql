{#- Replaces the rows of a maintained model's table that what changed touches. Which these are is
    asked once: they go by where they lie, and what comes is kept aside for those who look at it.
    Most would come back as they are. Where writing is dear, or others are told of what is other
    than before, these stay where they are. -#}
{% macro replace_rows(relation, sql, touched_by, matures_on, tells) -%}
    {%- set going = model.name ~ '__going' -%}
    {%- set coming = model.name ~ '__coming' -%}
    {%- set are_compared = tells or is_row_store() -%}
    {%- do drop_checked_keys(relation) -%}
    {%- call statement('going') -%}
        create temporary table {{ going }} as
        select
            {{ row_address() }} as row_address
            {%- if are_compared %}, standing as held{% endif %}
        from {{ relation }} as standing
        where
            {{ is_touched(touched_by) }}
            {%- if matures_on %} or {{ is_maturing(matures_on) }}{% endif %}
    {%- endcall -%}
    {%- do create_alike(coming, relation, sql) -%}
    {%- if are_compared -%}
        {%- do leave_standing(going, coming) -%}
    {%- endif -%}
    {%- call statement('delete') -%}
        delete from {{ relation }}
        where {{ row_address() }} in (select row_address from {{ going }})
    {%- endcall -%}
    {%- do add_rows(relation, 'select * from ' ~ coming) -%}
    {%- do refuse_duplicates(relation, coming) -%}
    {%- if tells -%}
        {%- do tell_changes(going, coming) -%}
    {%- endif -%}
    {%- call statement('drop') -%}
        drop table {{ going }};
        drop table {{ coming }}
    {%- endcall -%}
{%- endmacro %}
