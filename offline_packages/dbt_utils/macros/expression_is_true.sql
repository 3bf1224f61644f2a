{#- On a column, the expression goes on from the column's name. A null result passes. -#}
{% test expression_is_true(model, expression, column_name=none) %}
    select *
    from {{ model }}
    where not ({{ column_name ~ ' ' if column_name is not none }}{{ expression }})
{% endtest %}
