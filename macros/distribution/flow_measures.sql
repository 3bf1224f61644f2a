{% macro flow_measures() -%}
    {{ return([
        'gross_sales',
        'redemption',
        'exchange_in',
        'exchange_out',
        'transfer_in',
        'transfer_out',
        'external_transfer',
        'reinvestment',
        'distribution',
        'fee',
        'seed',
        'adjustment',
        'acquisition',
        'unmatched_correction',
        'product_net_flow',
        'firm_net_flow',
    ]) }}
{%- endmacro %}
