{#- A range must end after it begins, and the next one of its partition must begin at its end
    (`gaps` not_allowed), at its end or later (allowed), or later (required). A missing bound
    fails. -#}
{% test mutually_exclusive_ranges(
    model,
    lower_bound_column,
    upper_bound_column,
    partition_by=none,
    gaps='allowed',
    zero_length_range_allowed=false
) %}
    {%- set operators = {'not_allowed': '=', 'allowed': '<=', 'required': '<'} -%}
    {%- if gaps not in operators -%}
        {{ exceptions.raise_compiler_error(
            '`gaps` is `' ~ gaps ~ '`; give one of ' ~ operators.keys() | join(', ')
        ) }}
    {%- endif %}
    with ranges as (

        select
            {% if partition_by %}{{ partition_by }} as range_partition,{% endif %}
            {{ lower_bound_column }} as lower_bound,
            {{ upper_bound_column }} as upper_bound,
            lead({{ lower_bound_column }}) over (
                {% if partition_by %}partition by {{ partition_by }}{% endif %}
                order by {{ lower_bound_column }}, {{ upper_bound_column }}
            ) as next_lower_bound
        from {{ model }}

    )

    select *
    from ranges
    where
        lower_bound is null
        or upper_bound is null
        or not (lower_bound {{ '<=' if zero_length_range_allowed else '<' }} upper_bound)
        or not (upper_bound {{ operators[gaps] }} next_lower_bound)
{% endtest %}
