{#- A decimal that a float settles where it can. Divisions of 128 bits, which rounding takes
    too, cost DuckDB fifty times a float. The estimate, of ten operations at most, is off by less
    than 2e-15 of itself: unless a half lies within that, it rounds as the exact form does. -#}
{% macro estimated_or_exact(estimate, exact, precision, scale) -%}
    {%- set scaled = estimate ~ ' * 1e' ~ scale -%}
    case
        when abs({{ scaled }} - round({{ scaled }})) + 2e-15 * abs({{ scaled }}) < 0.5
            then cast({{ estimate }} as numeric({{ precision }}, {{ scale }}))
        else {{ exact }}
    end
{%- endmacro %}
