"""How AUM rolls from an opening to a closing, line by line."""

from __future__ import annotations

from dist_perf.serve import figures
from dist_perf.serve.pages.definition import Chart, Column, Kpi, Kpis, Page, Table
from dist_perf.serve.pages.distribution import _filters

BY = ("product_group", "product", "asset_class", "wholesaler")
FILTERED = {
    "months": "aum_month",
    **_filters.by_key("wholesaler", "product_group"),
}
LINES = (
    ("inflows", "Inflows"),
    ("outflows", "Outflows"),
    ("exchanges", "Exchanges"),
    ("transfers", "Transfers"),
    ("transfer_charges", "Transfer charges"),
    ("reinvested", "Reinvested"),
    ("distributions", "Distributions"),
    ("fees", "Fees"),
    ("seed", "Seed capital"),
    ("adjustments", "Adjustments"),
    ("acquisitions", "Acquisitions"),
    ("unmatched_corrections", "Unmatched corrections"),
    ("history_gap", "Before the history"),
)
MOVEMENTS = (
    ("market_movement", "Market"),
    ("fx_movement", "Exchange rates"),
    ("residual", "Residual"),
)
SUMMED_LINES = ", ".join(f"sum({name}_amount) as {name}_amount" for name, _ in LINES)
FLOW_AMOUNT = " + ".join(f"sum({name}_amount)" for name, _ in LINES)


def known(column: str, condition: str = "true") -> str:
    """Return the sum of a column where a condition holds; null if a part of it is unknown."""
    # count(*) of the rows that count, and of those of them that are known.
    return f"""case
        when
            count(case when {condition} then 1 end)
            = count(case when {condition} then {column} end)
            then coalesce(sum(case when {condition} then {column} end), 0)
    end"""


MOVED = ", ".join(f"{known(f'{name}_amount')} as {name}_amount" for name, _ in MOVEMENTS)
# Months of the range that have rows: holdings open in the first and close in the last.
RANGE = """
with shown as (
    select * from {dist_perf_dw}.aum_by_wholesaler_monthly where {where}
),
ends as (
    select min(aum_month) as first_month, max(aum_month) as last_month
    from {dist_perf_dw}.aum_by_wholesaler_monthly
    where aum_month >= :from_month and aum_month <= :to_month
)
"""
# What a wholesaler got from or gave to others at the opening of the first month is in its
# opening; what moved after that is a line.
ROLLED = f"""
    {known("opening_aum_amount", "aum_month = first_month")} as opening_aum_amount,
    {known("reclassified_amount", "aum_month > first_month")} as reclassified_amount,
    {SUMMED_LINES},
    {FLOW_AMOUNT} as flow_amount,
    sum(organic_flow_amount) as organic_flow_amount,
    {MOVED},
    {known("closing_aum_amount", "aum_month = last_month")} as closing_aum_amount
"""
CHECK = """
    opening_aum_amount + reclassified_amount + flow_amount
    + market_movement_amount + fx_movement_amount + residual_amount - closing_aum_amount
        as check_amount
"""
SUMMED = f"""
{RANGE},
rolled as (
    select {ROLLED} from shown cross join ends having count(*) > 0
)
"""
STEPS = (
    ("Opening", "opening_aum_amount", "true"),
    ("Moved between wholesalers", "reclassified_amount", "false"),
    *((label, f"{name}_amount", "false") for name, label in (*LINES, *MOVEMENTS)),
    ("Closing", "closing_aum_amount", "true"),
)
WATERFALL = (
    SUMMED
    + "select * from ("
    + " union all ".join(
        f"select {number} as step_number, '{label}' as step, {column} as amount,"
        f" {is_total} as is_total from rolled"
        for number, (label, column, is_total) in enumerate(STEPS, start=1)
    )
    + ") as steps where is_total or amount is null or amount <> 0 order by step_number"
)
TABLE = f"""
{RANGE},
keyed as (select shown.*, first_month, last_month from shown cross join ends),
named as ({_filters.named("keyed", *BY)}),
rolled as (
    select member_id, member, grouping(member_id) = 1 as is_total, {ROLLED}
    from named
    group by grouping sets ((member_id, member), ())
)
select
    rolled.*, {CHECK},
    cast(
        case when opening_aum_amount > 0 then organic_flow_amount / opening_aum_amount end
        as numeric(18, 6)
    ) as organic_growth_rate
from rolled
order by is_total, closing_aum_amount desc nulls last, member_id
"""
MONTHS = f"""
with rolled as (
    select
        aum_month,
        {known("opening_aum_amount")} as opening_aum_amount,
        {known("prior_closing_aum_amount")} as prior_closing_aum_amount,
        {known("reclassified_amount")} as reclassified_amount,
        {FLOW_AMOUNT} as flow_amount,
        sum(organic_flow_amount) as organic_flow_amount,
        {MOVED},
        {known("closing_aum_amount")} as closing_aum_amount
    from {{dist_perf_dw}}.aum_by_wholesaler_monthly
    where {{where}}
    group by aum_month
)
select
    rolled.*,
    prior_closing_aum_amount + reclassified_amount + flow_amount
    + market_movement_amount + fx_movement_amount + residual_amount - closing_aum_amount
        as check_amount
from rolled
order by aum_month desc
"""
TREND = """
select aum_month, product_group, amount
from (
    select
        aum_month, coalesce(product_group, 'No group') as product_group,
        case when count(*) = count(closing_aum_amount) then sum(closing_aum_amount) end as amount
    from {dist_perf_dw}.aum_by_wholesaler_monthly
    inner join {dist_perf_dw}.dim_products
        on aum_by_wholesaler_monthly.product_key = dim_products.product_key
    where {where}
    group by aum_month, product_group
) as summed
where amount is null or amount <> 0
order by product_group, aum_month
"""
IN_TREND = FILTERED | {
    "product_group": "product_group = any(:product_group)",
}

PAGE = Page(
    name="aum",
    title="AUM roll-forward",
    question="How did assets get from where they began to where they ended?",
    order=35,
    filters=(
        _filters.months("aum_by_wholesaler_monthly", "aum_month"),
        _filters.WHOLESALER,
        _filters.PRODUCT_GROUP,
        _filters.by(*BY),
    ),
    blocks=(
        Kpis(
            name="summary",
            title="The months",
            note="Organic growth is flows from clients over opening AUM, not annualised. The check "
            "is opening and all lines less closing, and must be zero. The residual is what neither "
            "flows nor prices explain.",
            sql=SUMMED
            + f"""
            select
                rolled.*, {CHECK},
                cast(
                    case when opening_aum_amount > 0
                        then organic_flow_amount / opening_aum_amount
                    end as numeric(18, 6)
                ) as organic_growth_rate
            from rolled
            """,
            filters=FILTERED,
            empty="Nothing was held in these months.",
            items=(
                Kpi("opening_aum_amount", "Opening AUM", "money"),
                Kpi("closing_aum_amount", "Closing AUM", "money"),
                Kpi("flow_amount", "All flows", "money"),
                Kpi("market_movement_amount", "Market", "money"),
                Kpi("organic_growth_rate", "Organic growth", "share"),
                Kpi("residual_amount", "Residual", "money", polarity=0),
                Kpi("check_amount", "Check", "money", polarity=0),
            ),
        ),
        Chart(
            name="steps",
            title="From opening to closing",
            note="Lines that are zero are left out.",
            is_wide=True,
            sql=WATERFALL,
            filters=FILTERED,
            empty="Nothing was held in these months.",
            draw=lambda rows: figures.waterfall(rows, "step", "amount", "is_total", "money"),
        ),
        Chart(
            name="trend",
            title="AUM at the end of the month, by product group",
            note="A gap is a month in which a holding has no price.",
            is_wide=True,
            sql=TREND,
            filters=IN_TREND,
            empty="Nothing was held in these months.",
            draw=lambda rows: figures.months_axis(
                figures.lines(rows, "aum_month", "amount", "product_group", "money")
            ),
        ),
        Table(
            name="table",
            title="Roll-forward by what you choose",
            sql=TABLE,
            filters=FILTERED,
            empty="Nothing was held in these months.",
            columns=(
                Column("member", "Member"),
                Column("opening_aum_amount", "Opening", "money"),
                Column("reclassified_amount", "Moved", "money"),
                Column("flow_amount", "All flows", "money"),
                Column("market_movement_amount", "Market", "money"),
                Column("fx_movement_amount", "Exchange rates", "money"),
                Column("residual_amount", "Residual", "money"),
                Column("closing_aum_amount", "Closing", "money"),
                Column("check_amount", "Check", "money"),
                Column("organic_growth_rate", "Organic growth", "share"),
            ),
        ),
        Table(
            name="months",
            title="Roll-forward by month",
            note="Moved is what realignments brought or took at the month's opening; over the firm "
            "it is zero.",
            sql=MONTHS,
            filters=FILTERED,
            empty="Nothing was held in these months.",
            columns=(
                Column("aum_month", "Month", "month"),
                Column("prior_closing_aum_amount", "Closing before", "money"),
                Column("reclassified_amount", "Moved", "money"),
                Column("flow_amount", "All flows", "money"),
                Column("market_movement_amount", "Market", "money"),
                Column("fx_movement_amount", "Exchange rates", "money"),
                Column("residual_amount", "Residual", "money"),
                Column("closing_aum_amount", "Closing", "money"),
                Column("check_amount", "Check", "money"),
            ),
        ),
    ),
)
