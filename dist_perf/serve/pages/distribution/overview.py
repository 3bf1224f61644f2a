"""What came in, what is held and what it earned, against the periods before."""

from __future__ import annotations

from dist_perf.serve import figures
from dist_perf.serve.pages.definition import Chart, Column, Kpi, Kpis, Page, Table
from dist_perf.serve.pages.distribution import _filters

BY_KEY = _filters.by_key("wholesaler", "product_group")
FIGURES = ("gross_sales", "redemptions", "net_flows", "closing_aum", "revenue", "fee_rate_bps")
SUMMARY = f"""
{_filters.PERIODS},
flows as (
    select
        periods.compared,
        sum(gross_sales_amount) as gross_sales,
        sum(redemption_amount) as redemptions,
        sum(firm_net_flow_amount) as net_flows
    from periods
    inner join {{dist_perf_dw}}.net_flows_by_territory_monthly
        on flow_month between periods.first_month and periods.last_month
    where {{where}}
    group by periods.compared
),
holdings as (
    select
        periods.compared,
        case when count(*) = count(closing_aum_amount) then sum(closing_aum_amount) end
            as closing_aum
    from periods
    inner join {{dist_perf_dw}}.aum_by_wholesaler_monthly on aum_month = periods.last_month
    where {{where}}
    group by periods.compared
),
fees as (
    select
        periods.compared,
        sum(reported_amount) as revenue,
        cast(
            sum(reported_amount * day_count_basis) / nullif(sum(aum_days), 0) * 10000
            as numeric(18, 4)
        ) as fee_rate_bps
    from periods
    inner join {{dist_perf_dw}}.effective_fee_rates
        on revenue_month between periods.first_month and periods.last_month
    where {{where}}
    group by periods.compared
),
retained as (
    select sum(net_retained_aum_amount) as retained_aum
    from {{dist_perf_dw}}.net_retained_aum
    where relief_method = 'fifo' and {{where}}
),
compared as (
    select
        periods.compared,
        case when is_known then coalesce(gross_sales, 0) end as gross_sales,
        case when is_known then coalesce(redemptions, 0) end as redemptions,
        case when is_known then coalesce(net_flows, 0) end as net_flows,
        closing_aum,
        case when is_known then revenue end as revenue,
        case when is_known then fee_rate_bps end as fee_rate_bps
    from periods
    left join flows on periods.compared = flows.compared
    left join holdings on periods.compared = holdings.compared
    left join fees on periods.compared = fees.compared
)
select
    {", ".join(_filters.compared(figure) for figure in FIGURES)},
    max(retained_aum) as retained_aum
from compared
cross join retained
having
    max(closing_aum) is not null or max(revenue) is not null
    or max(gross_sales) <> 0 or max(redemptions) <> 0
"""
FLOWS = f"""
select
    flow_month,
    sum(gross_sales_amount) as gross_sales_amount,
    -sum(redemption_amount) as redemption_amount,
    sum(firm_net_flow_amount) as firm_net_flow_amount
from {{dist_perf_dw}}.net_flows_by_territory_monthly
where {_filters.trend("flow_month")} and {{where}}
group by flow_month
order by flow_month
"""
AUM = f"""
select
    aum_month,
    case when count(*) = count(closing_aum_amount) then sum(closing_aum_amount) end
        as closing_aum_amount
from {{dist_perf_dw}}.aum_by_wholesaler_monthly
where {_filters.trend("aum_month")} and {{where}}
group by aum_month
order by aum_month
"""
WHOLESALERS = f"""
{_filters.PERIODS},
summed as (
    select
        wholesaler_key,
        grouping(wholesaler_key) = 1 as is_total,
        sum(gross_sales_amount) as gross_sales_amount,
        sum(redemption_amount) as redemption_amount,
        sum(firm_net_flow_amount) as firm_net_flow_amount
    from periods
    inner join {{dist_perf_dw}}.net_flows_by_territory_monthly
        on flow_month between periods.first_month and periods.last_month
    where periods.compared = 'chosen' and {{where}}
    group by grouping sets ((wholesaler_key), ())
)
select
    case when summed.is_total then 'All' else wholesaler_name end as wholesaler_name,
    {_filters.LINKED},
    coalesce(gross_sales_amount, 0) as gross_sales_amount,
    coalesce(redemption_amount, 0) as redemption_amount,
    coalesce(firm_net_flow_amount, 0) as firm_net_flow_amount,
    summed.is_total
from summed
left join {{dist_perf_dw}}.dim_wholesalers
    on summed.wholesaler_key = dim_wholesalers.wholesaler_key
order by is_total, firm_net_flow_amount desc, wholesaler_id
"""

PAGE = Page(
    name="overview",
    title="Overview",
    question="What came in, what is held and what did it earn, against the periods before?",
    order=10,
    filters=(
        _filters.MONTH,
        _filters.PERIOD,
        _filters.WHOLESALER,
        _filters.PRODUCT_GROUP,
    ),
    blocks=(
        Kpis(
            name="summary",
            title="The period",
            note="Compared with as many months right before, and with the same months of the year "
            "before. Net retained AUM is what is still held of known purchases at the as-of date, "
            "first in, first out.",
            sql=SUMMARY,
            filters=BY_KEY,
            empty="There is neither a flow nor a holding nor revenue in this period.",
            items=(
                Kpi("net_flows", "Net flows", "money"),
                Kpi("gross_sales", "Gross sales", "money"),
                Kpi("redemptions", "Redemptions", "money", polarity=-1),
                Kpi("closing_aum", "Closing AUM", "money"),
                Kpi("retained_aum", "Net retained AUM now", "money"),
                Kpi("revenue", "Revenue", "money"),
                Kpi("fee_rate_bps", "Effective fee rate", "bps"),
            ),
        ),
        Chart(
            name="flows",
            title="Flows by month",
            note="Two years up to the chosen month.",
            sql=FLOWS,
            filters=BY_KEY,
            empty="There was no flow in these two years.",
            draw=figures.monthly_bars(
                "flow_month",
                (
                    ("gross_sales_amount", "Gross sales"),
                    ("redemption_amount", "Redemptions"),
                ),
                "money",
                line=("firm_net_flow_amount", "Net flows"),
            ),
        ),
        Chart(
            name="aum",
            title="AUM at the end of the month",
            note="A gap is a month in which a holding has no price.",
            sql=AUM,
            filters=BY_KEY,
            empty="Nothing was held in these two years.",
            draw=lambda rows: figures.months_axis(
                figures.lines(rows, "aum_month", "closing_aum_amount", None, "money")
            ),
        ),
        Table(
            name="wholesalers",
            title="Wholesalers, by net flows of the period",
            sql=WHOLESALERS,
            filters=BY_KEY,
            empty="No wholesaler has a flow in this period.",
            columns=(
                Column(
                    "wholesaler_name",
                    "Wholesaler",
                    link=_filters.TO_WHOLESALER,
                ),
                Column("gross_sales_amount", "Gross sales", "money"),
                Column("redemption_amount", "Redemptions", "money"),
                Column("firm_net_flow_amount", "Net flows", "money"),
            ),
        ),
    ),
)
