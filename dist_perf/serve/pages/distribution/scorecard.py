"""What each wholesaler sold, kept, earned and cost."""

from __future__ import annotations

from dist_perf.serve import figures
from dist_perf.serve.pages.definition import Chart, Column, Kpi, Kpis, Page, Table
from dist_perf.serve.pages.distribution import _filters

BY_KEY = _filters.by_key("wholesaler")
SUMS = """
    sum(gross_sales_amount) as gross_sales_amount,
    sum(firm_net_flow_amount) as firm_net_flow_amount,
    sum(revenue_amount) as revenue_amount,
    sum(direct_expense_amount) as direct_expense_amount,
    sum(allocated_expense_amount) as allocated_expense_amount,
    sum(compensation_amount) as compensation_amount,
    sum(total_cost_amount) as total_cost_amount,
    sum(retained_amount) as retained_amount,
    sum(matured_sales_amount) as matured_sales_amount,
    sum(retained_annual_revenue_amount) as retained_annual_revenue_amount
"""
RATES = """
    cast(retained_amount / nullif(matured_sales_amount, 0) as numeric(18, 8)) as retention_rate,
    cast(
        case when gross_sales_amount > 0
            then total_cost_amount / gross_sales_amount * 10000
        end as numeric(18, 4)
    ) as cost_per_gross_sale_bps,
    cast(
        case when total_cost_amount > 0
            then retained_annual_revenue_amount / total_cost_amount - 1
        end as numeric(18, 8)
    ) as distribution_roi_rate,
    cast(
        case when retained_annual_revenue_amount > 0
            then total_cost_amount * 12 / retained_annual_revenue_amount
        end as numeric(18, 4)
    ) as payback_months
"""
EFFICIENCY = """
    inner join {dist_perf_dw}.wholesaler_efficiency
        on activity_month between periods.first_month and periods.last_month
"""
SUMMARY = f"""
{_filters.PERIODS},
summed as (
    select periods.compared, {SUMS}
    from periods
    {EFFICIENCY}
    where periods.is_known and {{where}}
    group by periods.compared
),
rated as (select summed.*, {RATES} from summed),
pivoted as (
    select
        {{figures}}
    from rated
)
select * from pivoted
where total_cost_amount is not null
""".replace(
    "{figures}",
    ", ".join(
        _filters.compared(name)
        for name in (
            "gross_sales_amount", "firm_net_flow_amount", "retention_rate", "revenue_amount",
            "total_cost_amount", "distribution_roi_rate", "payback_months",
        )
    ),
).replace("{{where}}", "{where}")  # fmt: skip
MEMBERS = f"""
{_filters.PERIODS},
summed as (
    select
        wholesaler_key, grouping(wholesaler_key) = 1 as is_total, {SUMS}
    from periods
    {EFFICIENCY}
    where periods.compared = 'chosen' and {{where}}
    group by grouping sets ((wholesaler_key), ())
),
rated as (select summed.*, {RATES} from summed),
ranks as (
    select
        wholesaler_key,
        max(case when measure = 'net_flow' then wholesaler_rank end) as net_flow_rank,
        max(case when measure = 'retention' then wholesaler_rank end) as retention_rank
    from {{dist_perf_dw}}.wholesaler_ranks
    where
        period_type = cast(:period as text)
        and last_month = cast(cast(:month as text) || '-01' as date)
    group by wholesaler_key
)
select
    rated.*,
    case when rated.is_total then 'All' else wholesaler_name end as wholesaler_name,
    wholesaler_id, {_filters.LINKED}, net_flow_rank, retention_rank
from rated
left join {{dist_perf_dw}}.dim_wholesalers
    on rated.wholesaler_key = dim_wholesalers.wholesaler_key
left join ranks on rated.wholesaler_key = ranks.wholesaler_key
"""

PAGE = Page(
    name="scorecard",
    title="Wholesaler scorecard",
    question="What did each wholesaler sell, keep, earn and cost?",
    order=50,
    filters=(_filters.MONTH, _filters.YEAR, _filters.WHOLESALER),
    blocks=(
        Kpis(
            name="summary",
            title="The period",
            note="Compared with as many months right before, and with the same months of the year "
            "before.",
            sql=SUMMARY,
            filters=BY_KEY,
            empty="There is neither a sale nor a cost in this period.",
            items=(
                Kpi("firm_net_flow_amount", "Net flows", "money"),
                Kpi("gross_sales_amount", "Gross sales", "money"),
                Kpi("retention_rate", "Retention", "share"),
                Kpi("revenue_amount", "Revenue", "money"),
                Kpi("total_cost_amount", "Cost", "money", polarity=-1),
                Kpi("distribution_roi_rate", "Return on cost", "share"),
                Kpi("payback_months", "Payback in months", "number", polarity=-1),
            ),
        ),
        Table(
            name="wholesalers",
            title="Wholesalers, by net flows",
            note="Places are among all wholesalers, whatever is filtered. Retention is that of the "
            "period's sales that have reached the age. Return and payback set a year's revenue on "
            "what is still held of the period's sales against the period's cost.",
            sql=MEMBERS + "order by is_total, firm_net_flow_amount desc, wholesaler_id",
            filters=BY_KEY,
            empty="No wholesaler has a sale or a cost in this period.",
            columns=(
                Column("net_flow_rank", "Place", "count"),
                Column(
                    "wholesaler_name",
                    "Wholesaler",
                    link=_filters.TO_WHOLESALER,
                ),
                Column("gross_sales_amount", "Gross sales", "money"),
                Column("firm_net_flow_amount", "Net flows", "money"),
                Column("retention_rate", "Retention", "share"),
                Column("retention_rank", "Place by retention", "count"),
                Column("revenue_amount", "Revenue", "money"),
                Column("direct_expense_amount", "Direct expense", "money"),
                Column("allocated_expense_amount", "Allocated expense", "money"),
                Column("compensation_amount", "Pay", "money"),
                Column("total_cost_amount", "Cost", "money"),
                Column("cost_per_gross_sale_bps", "Cost of gross sales", "bps"),
                Column("distribution_roi_rate", "Return on cost", "share"),
                Column("payback_months", "Payback, months", "number"),
            ),
        ),
        Chart(
            name="net_flows",
            title="Net flows",
            sql=f"""
            select wholesaler_name, firm_net_flow_amount
            from ({MEMBERS}) as members
            where not is_total
            order by firm_net_flow_amount desc, wholesaler_id
            """,
            filters=BY_KEY,
            empty="No wholesaler has a sale or a cost in this period.",
            draw=lambda rows: figures.ranked(
                rows, "wholesaler_name", "firm_net_flow_amount", "money"
            ),
        ),
        Chart(
            name="returns",
            title="Return on cost",
            note="Who has no cost or nothing left of the period's sales is not in it.",
            sql=f"""
            select wholesaler_name, distribution_roi_rate
            from ({MEMBERS}) as members
            where not is_total and distribution_roi_rate is not null
            order by distribution_roi_rate desc, wholesaler_id
            """,
            filters=BY_KEY,
            empty="No wholesaler has both a cost and sales that still earn in this period.",
            draw=lambda rows: figures.ranked(
                rows, "wholesaler_name", "distribution_roi_rate", "share"
            ),
        ),
    ),
)
