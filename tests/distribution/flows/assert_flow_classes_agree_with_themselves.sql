-- The taxonomy must not contradict itself: net flows are sums of the other measures, a
-- class that moves assets has a line in the roll-forward, a split counts in nothing but
-- units, and orphans have one class.
with

flow_classes as (

    select * from {{ ref('flow_classes') }}

),

counted as (

    select
        *,
        sum(case when takes_orphans then 1 else 0 end) over () as orphan_classes
    from flow_classes

)

select
    flow_class,
    product_net_flow_sign,
    firm_net_flow_sign,
    orphan_classes
from counted
where
    product_net_flow_sign <> gross_sales_sign
    - redemption_sign
    + exchange_in_sign
    - exchange_out_sign
    + transfer_in_sign
    - transfer_out_sign
    + seed_sign
    + unmatched_correction_sign
    or firm_net_flow_sign <> gross_sales_sign
    - redemption_sign
    + seed_sign
    + unmatched_correction_sign
    or orphan_classes <> 1
    or (is_cohort_member and (gross_sales_sign <> 1 or lot_sign <> 1))
    or replace(rollforward_line, ' ', '_') not in (
        {%- for line in rollforward_lines() %}
            '{{ line }}'{{ ',' if not loop.last }}
        {%- endfor %}
    )
    or (
        restates_units
        and (
            lot_sign <> 1
            or rollforward_line is not null
            or counterpart_class is not null
            or negative_undoes
            or external_transfer_sign <> 0
        )
    )
    or (
        rollforward_line is null
        and greatest(
            abs(product_net_flow_sign),
            case when restates_units then 0 else abs(lot_sign) end,
            abs(reinvestment_sign),
            abs(distribution_sign),
            abs(fee_sign),
            abs(adjustment_sign),
            abs(acquisition_sign)
        ) > 0
    )
