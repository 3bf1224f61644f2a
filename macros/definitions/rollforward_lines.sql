{#- Lines of the AUM roll-forward between opening and closing that flows fill; the seed
    `flow_classes` says which class is in which, but for the last. -#}
{% macro rollforward_lines() -%}
    {{ return([
        'inflows',
        'outflows',
        'exchanges',
        'transfers',
        'reinvested',
        'distributions',
        'fees',
        'seed',
        'adjustments',
        'acquisitions',
        'unmatched_corrections',
        'history_gap',
    ]) }}
{%- endmacro %}
