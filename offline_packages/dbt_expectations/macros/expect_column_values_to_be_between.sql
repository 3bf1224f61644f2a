{#- Null values pass. -#}
{% test expect_column_values_to_be_between(
    model, column_name, min_value=none, max_value=none, row_condition=none, strictly=false
) %}
    {%- if min_value is none and max_value is none -%}
        {{ exceptions.raise_compiler_error('give `min_value`, `max_value` or both') }}
    {%- endif -%}
    {%- set equal = '' if strictly else '=' -%}
    {%- set inside = [] -%}
    {%- if min_value is not none -%}
        {%- do inside.append(column_name ~ ' >' ~ equal ~ ' ' ~ min_value) -%}
    {%- endif -%}
    {%- if max_value is not none -%}
        {%- do inside.append(column_name ~ ' <' ~ equal ~ ' ' ~ max_value) -%}
    {%- endif %}
    select *
    from {{ model }}
    where
        not ({{ inside | join(' and ') }})
        {% if row_condition %}and ({{ row_condition }}){% endif %}
{% endtest %}
