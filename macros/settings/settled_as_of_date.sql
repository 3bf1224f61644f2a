{% macro settled_as_of_date() -%}
    {{ return(ref('int_' ~ model.fqn[2] ~ '_as_of_date_settled')) }}
{%- endmacro %}
