{% macro estimated_or_exact(estimate, exact, precision, scale) -%}
    {%- set scaled = estimate ~ ' * 1e' ~ scale -%}
    case
        when abs({{ scaled }} - round({{ scaled }})) + 2e-15 * abs({{ scaled }}) < 0.5
            then cast({{ estimate }} as numeric({{ precision }}, {{ scale }}))
        else {{ exact }}
    end
{%- endmacro %}
