{#- Rows must be `factor` times those of the other table, in each group if groups are given.
    What is not given for the other table is as for this one. -#}
{% test expect_table_row_count_to_equal_other_table(
    model,
    compare_model,
    group_by=none,
    compare_group_by=none,
    factor=1,
    row_condition=none,
    compare_row_condition=none
) %}
    {%- set sides = [
        (model, group_by, row_condition, 1),
        (compare_model, compare_group_by or group_by, compare_row_condition or row_condition,
            -1 * factor),
    ] -%}
    {%- set groups = [] -%}
    {%- for _ in group_by or [] -%}
        {%- do groups.append('group_' ~ loop.index) -%}
    {%- endfor %}
    with counts as (
        {% for relation, columns, condition, weight in sides %}
        select
            {% for column in columns or [] %}{{ column }} as group_{{ loop.index }},{% endfor %}
            {{ weight }} * count(*) as weighted_rows
        from {{ relation }}
        {% if condition %}where {{ condition }}{% endif %}
        {% if columns %}group by {{ columns | join(', ') }}{% endif %}
        {% if not loop.last %}union all{% endif %}
        {% endfor %}
    )

    select
        {% for group in groups %}{{ group }},{% endfor %}
        sum(weighted_rows) as excess_rows
    from counts
    {% if groups %}group by {{ groups | join(', ') }}{% endif %}
    having sum(weighted_rows) <> 0
{% endtest %}
