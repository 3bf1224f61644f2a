"""One wholesaler: figures, place among peers, advisors, accounts and products."""

from __future__ import annotations

from dist_perf.serve import figures
from dist_perf.serve.pages.definition import FIRST, Chart, Choice, Column, Kpi, Kpis, Page, Table
from dist_perf.serve.pages.distribution import _filters, scorecard

WHOLESALER = Choice(
    "wholesaler",
    "Wholesaler",
    """
    select wholesaler_id as value, wholesaler_name as label
    from {dist_perf_dw}.dim_wholesalers
    where
        wholesaler_key in (select wholesaler_key from {dist_perf_dw}.wholesaler_efficiency)
        and wholesaler_key in (select wholesaler_key from {dist_perf_dw}.wholesaler_ranks)
    order by 2, 1
    """,
    is_multiple=False,
    default=FIRST,
    without=_filters.NOBODY,
)
# A wholesaler who is in nobody's list is null, which no row has: all would be wrong here.
MINE = """wholesaler_key = (
    select wholesaler_key from {dist_perf_dw}.dim_wholesalers
    where wholesaler_id = cast(:wholesaler as text)
)"""
MONTH = "cast(cast(:month as text) || '-01' as date)"
FIGURES = (
    "firm_net_flow_amount", "gross_sales_amount", "retention_rate", "revenue_amount",
    "total_cost_amount", "distribution_roi_rate", "payback_months",
)  # fmt: skip
SUMMARY = f"""
{_filters.PERIODS},
summed as (
    select periods.compared, {scorecard.SUMS}
    from periods
    {scorecard.EFFICIENCY}
    where periods.is_known and {MINE}
    group by periods.compared
),
rated as (select summed.*, {scorecard.RATES} from summed),
holdings as (
    select
        periods.compared,
        case when count(*) = count(closing_aum_amount) then sum(closing_aum_amount) end
            as closing_aum_amount
    from periods
    inner join {{dist_perf_dw}}.aum_by_wholesaler_monthly on aum_month = periods.last_month
    where {MINE}
    group by periods.compared
),
compared as (
    select periods.compared, closing_aum_amount, {", ".join(FIGURES)}
    from periods
    left join rated on periods.compared = rated.compared
    left join holdings on periods.compared = holdings.compared
),
pivoted as (
    select
        {", ".join(_filters.compared(name) for name in (*FIGURES, "closing_aum_amount"))}
    from compared
)
select * from pivoted
where total_cost_amount is not null or closing_aum_amount is not null
"""
PLACES = f"""
select
    case measure
        when 'gross_sales' then 'Gross sales'
        when 'net_flow' then 'Net flows'
        when 'retention' then 'Retention'
        else 'Revenue'
    end as measure,
    wholesaler_rank,
    ranked_wholesalers
from {{dist_perf_dw}}.wholesaler_ranks
where
    period_type = cast(:period as text)
    and last_month = {MONTH}
    and {MINE}
order by case measure
    when 'net_flow' then 1 when 'gross_sales' then 2 when 'retention' then 3 else 4
end
"""
FLOWS = f"""
select
    activity_month,
    gross_sales_amount,
    -redemption_amount as redemption_amount,
    firm_net_flow_amount
from {{dist_perf_dw}}.wholesaler_efficiency
where {_filters.trend("activity_month")} and {MINE}
order by activity_month
"""
CURVES = f"""
select 2 as line_number, 'The firm' as member, age_days, retention_km_rate
from {{dist_perf_dw}}.firm_retention_curves
where
    relief_method = 'fifo'
    and exists (
        select 1 from {{dist_perf_dw}}.retention_curves where scope = 'wholesaler' and {MINE}
    )
union all
select
    1,
    (
        select wholesaler_name from {{dist_perf_dw}}.dim_wholesalers
        where dim_wholesalers.wholesaler_key = retention_curves.wholesaler_key
    ),
    age_days,
    retention_km_rate
from {{dist_perf_dw}}.retention_curves
where relief_method = 'fifo' and scope = 'wholesaler' and {MINE}
order by line_number, age_days
"""
COSTS = f"""
select
    activity_month, revenue_amount,
    direct_expense_amount, allocated_expense_amount, compensation_amount
from {{dist_perf_dw}}.wholesaler_efficiency
where {_filters.trend("activity_month")} and {MINE}
order by activity_month
"""
ADVISORS = f"""
select
    activity_month,
    sum(active_advisors) as active_advisors,
    sum(new_advisors) as new_advisors,
    sum(reactivated_advisors) as reactivated_advisors,
    -sum(lost_advisors) as lost_advisors
from {{dist_perf_dw}}.advisor_activity_monthly
where {_filters.trend("activity_month")} and {MINE}
group by activity_month
order by activity_month
"""
PRODUCTS = f"""
{_filters.PERIODS},
flows as (
    select
        product_key,
        sum(gross_sales_amount) as gross_sales_amount,
        sum(redemption_amount) as redemption_amount,
        sum(firm_net_flow_amount) as firm_net_flow_amount
    from periods
    inner join {{dist_perf_dw}}.net_flows_by_territory_monthly
        on flow_month between periods.first_month and periods.last_month
    where periods.compared = 'chosen' and {MINE}
    group by product_key
),
earned as (
    select product_key, sum(reported_amount) as reported_amount
    from periods
    inner join {{dist_perf_dw}}.effective_fee_rates
        on revenue_month between periods.first_month and periods.last_month
    where periods.compared = 'chosen' and {MINE}
    group by product_key
),
held as (
    select product_key, closing_aum_amount
    from {{dist_perf_dw}}.aum_by_wholesaler_monthly
    where aum_month = {MONTH} and {MINE}
)
select
    product_id, product_name, grouping(product_id) = 1 as is_total,
    case when count(held.product_key) = count(closing_aum_amount) then sum(closing_aum_amount) end
        as closing_aum_amount,
    coalesce(sum(gross_sales_amount), 0) as gross_sales_amount,
    coalesce(sum(redemption_amount), 0) as redemption_amount,
    coalesce(sum(firm_net_flow_amount), 0) as firm_net_flow_amount,
    sum(reported_amount) as reported_amount
from {{dist_perf_dw}}.dim_products
left join flows on dim_products.product_key = flows.product_key
left join earned on dim_products.product_key = earned.product_key
left join held on dim_products.product_key = held.product_key
where
    flows.product_key is not null
    or earned.product_key is not null
    or held.product_key is not null
group by grouping sets ((product_id, product_name), ())
order by is_total, closing_aum_amount desc nulls last, product_id
"""
ACCOUNTS = f"""
with held as (
    select
        account_id, account_key, grouping(account_id) = 1 as is_total,
        sum(opening_aum_amount) as opening_aum_amount,
        sum(inflows_amount) as inflows_amount,
        sum(outflows_amount) as outflows_amount,
        case when count(*) = count(closing_aum_amount) then sum(closing_aum_amount) end
            as closing_aum_amount
    from {{dist_perf_dw}}.aum_rollforward_monthly
    where aum_month = {MONTH} and {MINE}
    group by grouping sets ((account_id, account_key), ())
)
select
    held.account_id,
    case when is_total then 'All' else account_name end as account_name,
    advisor_name, opening_aum_amount, inflows_amount, outflows_amount, closing_aum_amount,
    is_total
from held
left join {{dist_perf_dw}}.dim_accounts on held.account_key = dim_accounts.account_key
left join {{dist_perf_dw}}.dim_advisors on dim_accounts.advisor_key = dim_advisors.advisor_key
order by is_total, closing_aum_amount desc nulls last, held.account_id
"""

PAGE = Page(
    name="wholesaler",
    title="Wholesaler",
    question="How does one wholesaler do, and against the others?",
    order=60,
    filters=(WHOLESALER, _filters.MONTH, _filters.YEAR),
    blocks=(
        Kpis(
            name="summary",
            title="The period",
            note="Compared with as many months right before, and with the same months of the year "
            "before. Retention, return and payback are those of the period's own sales.",
            sql=SUMMARY,
            empty="There is neither a sale nor a cost in this period.",
            items=(
                Kpi("firm_net_flow_amount", "Net flows", "money"),
                Kpi("gross_sales_amount", "Gross sales", "money"),
                Kpi("closing_aum_amount", "Closing AUM", "money"),
                Kpi("retention_rate", "Retention", "share"),
                Kpi("revenue_amount", "Revenue", "money"),
                Kpi("total_cost_amount", "Cost", "money", polarity=-1),
                Kpi("distribution_roi_rate", "Return on cost", "share"),
                Kpi("payback_months", "Payback in months", "number", polarity=-1),
            ),
        ),
        Table(
            name="places",
            title="Place among all wholesalers",
            sql=PLACES,
            empty="There is no place in this period: nothing was sold, earned or paid.",
            columns=(
                Column("measure", "By"),
                Column("wholesaler_rank", "Place", "count"),
                Column("ranked_wholesalers", "Of", "count"),
            ),
        ),
        Chart(
            name="flows",
            title="Flows by month",
            note="Two years up to the chosen month.",
            sql=FLOWS,
            empty="There was no flow in these two years.",
            draw=figures.monthly_bars(
                "activity_month",
                (
                    ("gross_sales_amount", "Gross sales"),
                    ("redemption_amount", "Redemptions"),
                ),
                "money",
                line=("firm_net_flow_amount", "Net flows"),
            ),
        ),
        Chart(
            name="retention",
            title="Retention, against the firm",
            note="Share retained after so many days, of all purchases up to the as-of date, first "
            "in, first out.",
            sql=CURVES,
            empty="No purchase has been followed yet.",
            draw=lambda rows: figures.lines(
                rows, "age_days", "retention_km_rate", "member", "share"
            ),
        ),
        Chart(
            name="costs",
            title="Revenue and cost by month",
            note="Revenue on all assets, old and new, against what the month cost.",
            sql=COSTS,
            empty="There was neither revenue nor cost in these two years.",
            draw=figures.monthly_bars(
                "activity_month",
                (
                    ("direct_expense_amount", "Direct expense"),
                    ("allocated_expense_amount", "Allocated expense"),
                    ("compensation_amount", "Pay"),
                ),
                "money",
                line=("revenue_amount", "Revenue"),
            ),
        ),
        Chart(
            name="advisors",
            title="Advisors who sell",
            note="New, returned and lost in the month, and how many are active.",
            sql=ADVISORS,
            empty="No advisor has sold in these two years.",
            draw=figures.monthly_bars(
                "activity_month",
                (
                    ("new_advisors", "New"),
                    ("reactivated_advisors", "Returned"),
                    ("lost_advisors", "Lost"),
                ),
                "count",
                line=("active_advisors", "Active"),
            ),
        ),
        Table(
            name="products",
            title="Products",
            note="Flows and revenue of the period, AUM at the end of its last month.",
            sql=PRODUCTS,
            empty="No product was sold or held in this period.",
            columns=(
                Column("product_name", "Product"),
                Column("closing_aum_amount", "Closing AUM", "money"),
                Column("gross_sales_amount", "Gross sales", "money"),
                Column("redemption_amount", "Redemptions", "money"),
                Column("firm_net_flow_amount", "Net flows", "money"),
                Column("reported_amount", "Revenue", "money"),
            ),
        ),
        Table(
            name="accounts",
            title="Accounts, the largest first",
            note="Of the chosen month alone.",
            sql=ACCOUNTS,
            empty="No account was held in this month.",
            columns=(
                Column("account_id", "Account"),
                Column("account_name", "Name"),
                Column("advisor_name", "Advisor"),
                Column("opening_aum_amount", "Opening AUM", "money"),
                Column("inflows_amount", "Inflows", "money"),
                Column("outflows_amount", "Outflows", "money"),
                Column("closing_aum_amount", "Closing AUM", "money"),
            ),
        ),
    ),
)
