{% macro decimal_unit(scale) -%}
    cast({{ '0.' ~ '0' * (scale - 1) ~ '1' }} as numeric({{ scale + 1 }}, {{ scale }}))
{%- endmacro %}
