{% macro no_standard_form(name) -%}
    {{ exceptions.raise_compiler_error(
        'standard SQL has no form of macro `' ~ name ~ '`: write `' ~ adapter.type() ~ '__' ~ name
        ~ '` beside its other forms'
    ) }}
{%- endmacro %}
