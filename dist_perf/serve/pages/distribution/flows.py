"""How sales, redemptions and moves make up net flows."""

from __future__ import annotations

from dist_perf.serve import figures
from dist_perf.serve.pages.definition import Chart, Column, Kpi, Kpis, Page, Table
from dist_perf.serve.pages.distribution import _filters

BY = (
    "wholesaler", "territory", "region", "channel", "firm", "advisor", "product",
    "product_group", "asset_class",
)  # fmt: skip
# Only these need the mart that has their keys.
FINE = "('firm', 'advisor')"
FILTERED = {
    "months": "flow_month",
    **_filters.by_key("wholesaler", "territory", "channel", "product_group"),
}
MEASURES = """
    sum(gross_sales_amount) as gross_sales_amount,
    sum(redemption_amount) as redemption_amount,
    sum(exchange_in_amount - exchange_out_amount) as exchange_amount,
    sum(transfer_in_amount - transfer_out_amount) as transfer_amount,
    sum(seed_amount) as seed_amount,
    sum(unmatched_correction_amount) as unmatched_correction_amount,
    sum(product_net_flow_amount) as product_net_flow_amount,
    sum(firm_net_flow_amount) as firm_net_flow_amount
"""
SUMMED = f"""
with summed as (
    select {MEASURES}
    from {{dist_perf_dw}}.net_flows_by_territory_monthly
    where {{where}}
)
"""
STEPS = (
    ("Gross sales", "gross_sales_amount"),
    ("Redemptions", "-redemption_amount"),
    ("Exchanges", "exchange_amount"),
    ("Transfers", "transfer_amount"),
    ("Seed capital", "seed_amount"),
    ("Unmatched corrections", "unmatched_correction_amount"),
)
WATERFALL = (
    SUMMED
    + " union all ".join(
        f"select {number} as step_number, '{label}' as step, {value} as amount,"
        " false as is_total from summed"
        for number, (label, value) in enumerate(STEPS, start=1)
    )
    + f"""
union all
select {len(STEPS) + 1}, 'Net flows', product_net_flow_amount, true from summed
order by 1
"""
)
TABLE = f"""
with keyed as (
    select
        product_key, channel_key, territory_key, wholesaler_key,
        cast(null as bigint) as firm_key, cast(null as bigint) as advisor_key,
        {MEASURES}
    from {{dist_perf_dw}}.net_flows_by_territory_monthly
    where cast(:by as text) not in {FINE} and {{where}}
    group by product_key, channel_key, territory_key, wholesaler_key
    union all
    select
        cast(null as bigint), cast(null as bigint), cast(null as bigint), cast(null as bigint),
        firm_key, advisor_key,
        {MEASURES}
    from {{dist_perf_dw}}.net_flows_monthly
    where cast(:by as text) in {FINE} and {{where}}
    group by firm_key, advisor_key
),
named as ({_filters.named("keyed", *BY)}),
summed as (
    select
        member_id, member, grouping(member_id) = 1 as is_total,
        sum(gross_sales_amount) as gross_sales_amount,
        sum(redemption_amount) as redemption_amount,
        sum(exchange_amount) as exchange_amount,
        sum(transfer_amount) as transfer_amount,
        sum(seed_amount) as seed_amount,
        sum(unmatched_correction_amount) as unmatched_correction_amount,
        sum(product_net_flow_amount) as product_net_flow_amount,
        sum(firm_net_flow_amount) as firm_net_flow_amount
    from named
    group by grouping sets ((member_id, member), ())
)
select
    summed.*,
    cast(
        case when gross_sales_amount > 0
            then (gross_sales_amount - redemption_amount) / gross_sales_amount
        end as numeric(18, 8)
    ) as net_sales_efficiency_rate
from summed
order by is_total, product_net_flow_amount desc, member_id
"""

PAGE = Page(
    name="flows",
    title="Flows",
    question="How do sales, redemptions and moves make up net flows, and whose are they?",
    order=30,
    filters=(
        _filters.months("net_flows_by_territory_monthly", "flow_month"),
        _filters.WHOLESALER,
        _filters.TERRITORY,
        _filters.CHANNEL,
        _filters.PRODUCT_GROUP,
        _filters.by(*BY),
    ),
    blocks=(
        Kpis(
            name="summary",
            title="The months",
            note="Net flows of the products count exchanges and transfers between accounts, net "
            "flows of the firm leave them out.",
            sql=SUMMED
            + "select summed.*, transfer_amount + exchange_amount as moved_amount from summed",
            filters=FILTERED,
            items=(
                Kpi("firm_net_flow_amount", "Net flows of the firm", "money"),
                Kpi("product_net_flow_amount", "Net flows of the products", "money"),
                Kpi("gross_sales_amount", "Gross sales", "money"),
                Kpi("redemption_amount", "Redemptions", "money", polarity=-1),
                Kpi("moved_amount", "Exchanges and transfers", "money", polarity=0),
            ),
            empty="There is no flow in these months.",
        ),
        Chart(
            name="steps",
            title="From gross sales to net flows of the products",
            sql=f"select * from ({WATERFALL}) as steps where amount is not null"
            " order by step_number",
            filters=FILTERED,
            empty="There is no flow in these months.",
            draw=lambda rows: figures.waterfall(rows, "step", "amount", "is_total", "money"),
        ),
        Chart(
            name="months",
            title="Net flows of the products by month",
            sql="""
            select
                flow_month,
                -sum(redemption_amount) as redemption_amount,
                sum(gross_sales_amount) as gross_sales_amount,
                sum(product_net_flow_amount) - sum(gross_sales_amount) + sum(redemption_amount)
                    as other_amount,
                sum(product_net_flow_amount) as product_net_flow_amount
            from {dist_perf_dw}.net_flows_by_territory_monthly
            where {where}
            group by flow_month
            order by flow_month
            """,
            filters=FILTERED,
            empty="There is no flow in these months.",
            draw=figures.monthly_bars(
                "flow_month",
                (
                    ("gross_sales_amount", "Gross sales"),
                    ("redemption_amount", "Redemptions"),
                    ("other_amount", "All else"),
                ),
                "money",
                line=("product_net_flow_amount", "Net flows"),
            ),
        ),
        Table(
            name="table",
            title="Net flows by what you choose",
            note="Net sales efficiency is what is left of 1 of gross sales after redemptions.",
            sql=TABLE,
            filters=FILTERED,
            empty="There is no flow in these months.",
            columns=(
                Column("member", "Member"),
                Column("gross_sales_amount", "Gross sales", "money"),
                Column("redemption_amount", "Redemptions", "money"),
                Column("exchange_amount", "Exchanges", "money"),
                Column("transfer_amount", "Transfers", "money"),
                Column("seed_amount", "Seed capital", "money"),
                Column("unmatched_correction_amount", "Unmatched corrections", "money"),
                Column("product_net_flow_amount", "Net flows of products", "money"),
                Column("firm_net_flow_amount", "Net flows of the firm", "money"),
                Column("net_sales_efficiency_rate", "Net sales efficiency", "share"),
            ),
        ),
    ),
)
