{% macro rollforward_lines() -%}
    {{ return([
        'inflows',
        'outflows',
        'exchanges',
        'transfers',
        'transfer_charges',
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
